import type { Core, InstanceLink, InstanceStatus } from '../core/index.ts';
import { worstAlertOf } from '../shared/alert-worst.ts';
import type { Alert } from '../shared/model/alert.ts';
import type { Instance } from '../shared/model/instance.ts';
import { toAppError } from '../shared/app-error.ts';
import type { PanelLog } from '../panel/index.ts';

/** Instances that are asked for the first time side by side: each may be a login at a server. */
const AT_ONCE = 4;

interface Watched {
  name: string;
  status: InstanceStatus | undefined;
}

/** One instance that is looked at. */
interface Look {
  readonly instance: Instance;
  readonly over: AbortController;
}

export interface InstanceSummary {
  readonly name: string;
  /** Absent: not known, or nobody looks. */
  readonly status: InstanceStatus | undefined;
  /** The worst that whoever keeps watch has found; no connection is held for it. */
  readonly alert?: Alert;
}

export interface StatusWatcher extends AsyncDisposable {
  /** Whether somebody wants to know how the instances are. While nobody does, no connection is held for it. */
  setWanted(isWanted: boolean): void;
}

/** Knows the names of all instances, and while that is wanted how they are. @param onChange told after every change */
export async function watchStatuses(
  core: Pick<Core, 'onChange'> & {
    readonly instances: Pick<Core['instances'], 'list' | 'link'>;
    readonly alerts: Pick<Core['alerts'], 'list'>;
  },
  onChange: (instances: readonly InstanceSummary[]) => void,
  log: PanelLog,
): Promise<StatusWatcher> {
  const watched = new Map<string, Watched>();
  const looks = new Map<string, Look>();
  const waiting: Look[] = [];
  const ends = new Set<Promise<void>>();
  let instances: readonly Instance[] = [];
  let busy = 0;
  let isWanted = false;
  let isOver = false;
  let alerts: readonly Alert[] = [];
  const summarize = ([id, { name, status }]: readonly [string, Watched]): InstanceSummary => {
    const alert = worstAlertOf(alerts, id);
    return { name, status, ...(alert === undefined ? {} : { alert }) };
  };
  const tell = (): void => onChange([...watched].map(summarize));

  /** Resolves when there is no more to come of it; `answered` is called when it is known how the instance is. */
  const look = async (one: Look, answered: () => void): Promise<void> => {
    const { instance } = one;
    const { signal } = one.over;
    let link: InstanceLink | undefined;
    try {
      link = await core.instances.link(instance.id);
      const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      if (signal.aborted) return;
      link.onStatus((status) => {
        const known = watched.get(instance.id);
        if (known === undefined || signal.aborted) return;
        known.status = status;
        answered();
        tell();
      });
      await over;
    } catch (error) {
      log({ level: 'warn', message: toAppError(error).message, details: { instance: instance.name } });
      // the next change is a reason to try again
      if (looks.get(instance.id) === one) looks.delete(instance.id);
    } finally {
      answered();
      await link?.[Symbol.asyncDispose]();
    }
  };
  const next = (): void => {
    while (busy < AT_ONCE) {
      const one = waiting.shift();
      if (one === undefined) return;
      if (one.over.signal.aborted) continue;
      busy += 1;
      let isBusy = true;
      const ended: Promise<void> = look(one, () => {
        if (!isBusy) return;
        isBusy = false;
        busy -= 1;
        next();
      }).finally(() => ends.delete(ended));
      ends.add(ended);
    }
  };
  const stop = (id: string): void => {
    looks.get(id)?.over.abort();
    looks.delete(id);
  };
  /** Names, and looks at those that are to be looked at and are not yet. */
  const bringUp = (): void => {
    for (const id of [...watched.keys()]) {
      if (instances.some((instance) => instance.id === id)) continue;
      watched.delete(id);
      stop(id);
    }
    for (const instance of instances) {
      const one = watched.get(instance.id) ?? { name: instance.name, status: undefined };
      one.name = instance.name;
      watched.set(instance.id, one);
      if (!isWanted) {
        stop(instance.id);
        // What nobody watches may be otherwise by now.
        one.status = undefined;
      } else if (!looks.has(instance.id)) {
        const begun: Look = { instance, over: new AbortController() };
        looks.set(instance.id, begun);
        waiting.push(begun);
      }
    }
    tell();
    next();
  };
  let reading = 0;
  const readAgain = async (): Promise<void> => {
    reading += 1;
    const mine = reading;
    try {
      const listed = await core.instances.list();
      // Another one was begun since, which knows more; or there is nobody left to be told.
      if (mine !== reading || isOver) return;
      instances = listed;
      bringUp();
    } catch (error) {
      log({ level: 'warn', message: toAppError(error).message });
    }
  };

  const readAlerts = async (): Promise<void> => {
    try {
      alerts = await core.alerts.list();
      if (!isOver && watched.size > 0) tell();
    } catch (error) {
      log({ level: 'warn', message: toAppError(error).message });
    }
  };

  const changes = core.onChange((what) => {
    if (what === 'instances') void readAgain();
    if (what === 'alerts') void readAlerts();
  });
  await readAgain();
  await readAlerts();
  return {
    setWanted(wanted) {
      if (isOver || wanted === isWanted) return;
      isWanted = wanted;
      bringUp();
    },
    async [Symbol.asyncDispose]() {
      changes[Symbol.dispose]();
      isOver = true;
      isWanted = false;
      for (const id of [...looks.keys()]) stop(id);
      await Promise.allSettled(ends);
    },
  };
}
