import { AppError } from '../shared/app-error.ts';
import type { EventName } from '../shared/contract/contract.ts';
import { findServer, formatTarget } from '../shared/model/target.ts';
import type { Instance } from '../shared/model/instance.ts';
import { createContainerStatuses } from './containers.ts';
import type { PanelContext, Tell } from './context.ts';
import { createGivenStore } from './given.ts';
import { createMasks, reportError } from './masks.ts';
import { describeEnd } from './notices.ts';
import type { PanelDeps, PanelSession, SessionPipe } from './ports.ts';
import { createDoorRuns } from './runs.ts';
import { openSession, type OpenSession } from './session.ts';
import { createShells } from './shells.ts';

/** Answers the contract for one door. Disposing cancels the runs of this door and ends its shells. */
export interface Panel extends AsyncDisposable {
  openSession(pipe: SessionPipe): PanelSession;
  /** Tells every session what only the door knows. */
  readonly announce: Tell;
}

/** Notices that wait for a page. */
const MOST_UNHEARD = 20;

export function createPanel(deps: PanelDeps): Panel {
  const { core, actions } = deps;
  const sessions = new Set<OpenSession>();
  const masks = createMasks();
  const given = createGivenStore();
  const unheard: (() => void)[] = [];
  const announce: Tell = (event, payload) => {
    // Said before there is a page, as of a record that cannot be read: nobody would ever hear it again.
    if (event === 'app.noticed' && sessions.size === 0 && unheard.length < MOST_UNHEARD)
      unheard.push(() => announce(event, payload));
    for (const session of sessions) session.tell(event, payload);
  };

  const runs = createDoorRuns({
    onEvent: (event) => announce('run.happened', event),
    onEnd(begun, outcome) {
      if (outcome === 'succeeded') given.forget(begun.instanceId);
      if (![...sessions].some((session) => session.isSeen())) actions.notify(...describeEnd(begun, outcome));
    },
  });
  const shells = createShells({
    link: (id) => core.instances.link(id),
    titleOf: (instance) => titleOf(instance, deps.who),
    onListChange: () => announce('shell.listChanged', {}),
  });
  const containers = createContainerStatuses(core);
  const context: PanelContext = {
    ...deps,
    runs,
    given,
    shells,
    containers,
    masks,
    async find(id) {
      const instance = (await core.instances.list()).find((one) => one.id === id);
      if (instance === undefined)
        throw new AppError('instance.unknown', { message: 'That instance is not there any more.' });
      return instance;
    },
    link: (id) => core.instances.link(id),
    report: (error) => reportError(error, masks),
  };
  const listChanged = {
    instances: 'instance.listChanged',
    runs: 'run.listChanged',
    backups: 'backup.listChanged',
    alerts: 'alert.changed',
  } as const satisfies Readonly<Record<string, EventName>>;
  const watching = core.onChange((what) => announce(listChanged[what], {}));

  return {
    announce,
    openSession(pipe) {
      const session = openSession(context, pipe);
      sessions.add(session);
      for (const say of unheard.splice(0)) say();
      return {
        receive: (message) => session.receive(message),
        receiveBytes: (frame) => session.receiveBytes(frame),
        get dropped() {
          return session.dropped;
        },
        async [Symbol.asyncDispose]() {
          sessions.delete(session);
          await session[Symbol.asyncDispose]();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      watching[Symbol.dispose]();
      await Promise.allSettled([...sessions].map((session) => session[Symbol.asyncDispose]()));
      sessions.clear();
      await runs[Symbol.asyncDispose]();
      await shells[Symbol.asyncDispose]();
      await containers[Symbol.asyncDispose]();
    },
  };
}

/** Who one is there. */
function titleOf({ name, target }: Instance, who: string): string {
  const server = findServer(target);
  if (target.kind === 'docker') return `node@${name}`;
  return server === undefined
    ? who
    : `openclaw@${formatTarget({ kind: 'ssh', host: server.host, jumps: [] }).slice('ssh://'.length)}`;
}
