import type { Core, Preview, RunOptions } from '../core/index.ts';

export interface RunCount {
  /** Core, watched: every run that this door starts goes through it. */
  readonly core: Core;
  readonly goingOn: number;
}

/** Knows how many runs end when this program does. */
export function countRuns(core: Core): RunCount {
  let goingOn = 0;
  const counted =
    <T>(start: (previewId: Preview['id'], options?: RunOptions) => Promise<T>) =>
    async (previewId: Preview['id'], options?: RunOptions): Promise<T> => {
      goingOn += 1;
      try {
        return await start(previewId, options);
      } finally {
        goingOn -= 1;
      }
    };
  return {
    core: {
      ...core,
      deployments: { ...core.deployments, start: counted((id, options) => core.deployments.start(id, options)) },
      removals: { ...core.removals, start: counted((id, options) => core.removals.start(id, options)) },
    },
    get goingOn() {
      return goingOn;
    },
  };
}
