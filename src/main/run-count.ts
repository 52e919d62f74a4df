import type { Core } from '../core/index.ts';

export interface RunCount {
  /** Core, watched: every run that this door starts goes through it. */
  readonly core: Core;
  readonly goingOn: number;
}

/** Knows how many runs end when this program does. */
export function countRuns(core: Core): RunCount {
  let goingOn = 0;
  const counting = async <T>(run: () => Promise<T>): Promise<T> => {
    goingOn += 1;
    try {
      return await run();
    } finally {
      goingOn -= 1;
    }
  };
  const { deployments, removals, changes, instances } = core;
  return {
    core: {
      ...core,
      deployments: { ...deployments, start: (id, options) => counting(() => deployments.start(id, options)) },
      removals: { ...removals, start: (id, options) => counting(() => removals.start(id, options)) },
      changes: { ...changes, start: (id, options) => counting(() => changes.start(id, options)) },
      instances: {
        ...instances,
        suspend: (name, reason, options) => counting(() => instances.suspend(name, reason, options)),
        resume: (name, options) => counting(() => instances.resume(name, options)),
      },
    },
    get goingOn() {
      return goingOn;
    },
  };
}
