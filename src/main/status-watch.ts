import type { Core, InstanceLink, InstanceStatus } from '../core/index.ts';
import type { Instance } from '../shared/model/instance.ts';
import { toAppError } from '../shared/app-error.ts';
import type { PanelLog } from '../panel/index.ts';

interface Watched {
  name: string;
  status: InstanceStatus | undefined;
  link: InstanceLink | undefined;
  forgotten: boolean;
}

export interface InstanceSummary {
  readonly name: string;
  /** Absent: not known yet. */
  readonly status: InstanceStatus | undefined;
}

/** Follows the status of every instance, also while no window is open. @param onChange told after every change */
export async function watchStatuses(
  core: Core,
  onChange: (instances: readonly InstanceSummary[]) => void,
  log: PanelLog,
): Promise<AsyncDisposable> {
  const watched = new Map<string, Watched>();
  const tell = (): void => onChange([...watched.values()].map(({ name, status }) => ({ name, status })));

  const begin = async (instance: Instance): Promise<void> => {
    const one: Watched = { name: instance.name, status: undefined, link: undefined, forgotten: false };
    watched.set(instance.id, one);
    try {
      const link = await core.instances.link(instance.id);
      one.link = link;
      if (hasBeenForgotten(one)) {
        await link[Symbol.asyncDispose]();
        return;
      }
      link.onStatus((status) => {
        one.status = status;
        tell();
      });
    } catch (error) {
      log({ level: 'warn', message: toAppError(error).message, details: { instance: instance.name } });
    }
  };
  const forget = async (id: string): Promise<void> => {
    const one = watched.get(id);
    watched.delete(id);
    if (one === undefined) return;
    one.forgotten = true;
    await one.link?.[Symbol.asyncDispose]();
  };
  const readAgain = async (): Promise<void> => {
    try {
      const instances = await core.instances.list();
      const gone = [...watched.keys()].filter((id) => instances.every((instance) => instance.id !== id));
      await Promise.all(gone.map(forget));
      for (const instance of instances) {
        const known = watched.get(instance.id);
        if (known === undefined) void begin(instance);
        else known.name = instance.name;
      }
      tell();
    } catch (error) {
      log({ level: 'warn', message: toAppError(error).message });
    }
  };

  const changes = core.onChange((what) => {
    if (what === 'instances') void readAgain();
  });
  await readAgain();
  return {
    async [Symbol.asyncDispose]() {
      changes[Symbol.dispose]();
      await Promise.allSettled([...watched.keys()].map(forget));
    },
  };
}

/** Read anew: it may have changed while we waited. */
function hasBeenForgotten(one: Watched): boolean {
  return one.forgotten;
}
