import { createContext, useContext } from 'react';
import type { Theme } from '../shared/contract/app.ts';
import { toReport, type Client, type Connection } from './client.ts';
import { createRunFollower, type RunFollower } from './run-follower.ts';
import { parseRoute } from './router.ts';
import { notice, useStore, type Loaded } from './store.ts';
import { createStatusLooker } from './status-looker.ts';
import { applyTheme } from './theme.ts';

/** How often it is thought of what is old; a machine is asked less often. */
const LOOK_EVERY_MS = 60_000;

export const ClientContext = createContext<Client | undefined>(undefined);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('There is no ClientContext around this.');
  return client;
}

/** Keeps the store like the door's: what is told, and after a lost connection everything anew. */
export function keepLive(client: Client): void {
  const set = useStore.setState;
  const looker = createStatusLooker(client, {
    now: Date.now,
    isOpen(instanceId) {
      const route = parseRoute(location.hash);
      return route.page === 'instance' && route.instanceId === instanceId;
    },
  });
  const load = (what: Loaded, asked: Promise<void>): void => {
    const end = (error?: unknown): void =>
      set(({ loadErrors }) => ({
        loadErrors: { ...loadErrors, [what]: error === undefined ? undefined : toReport(error) },
      }));
    asked.then(() => end(), end);
  };

  const readInfo = (): void =>
    load(
      'info',
      client.call('app.info', {}).then((info) => set({ info })),
    );
  let lastAsked = 0;
  const readInstances = (): void => {
    lastAsked += 1;
    const asked = lastAsked;
    load(
      'instances',
      client.call('instance.list', {}).then((instances) => {
        // a list that was asked for later has been answered already, or will be
        if (asked !== lastAsked) return;
        set({ instances });
        looker.look(instances);
      }),
    );
  };
  const readRuns = (): void =>
    load(
      'runs',
      followerOf(client)
        .takeList(client.call('run.list', {}))
        .then(() => set({ runsLoaded: true })),
    );
  const readAlerts = (): void => {
    client.call('alert.list', {}).then(
      (alerts) => set({ alerts }),
      // what is wrong with an instance is on its page as well
      () => undefined,
    );
  };
  readers.set(client, () => {
    readInfo();
    readInstances();
    readRuns();
    readAlerts();
  });

  const onConnection = (connection: Connection): void => {
    set({ connection });
    if (connection !== 'connected') return;
    looker.distrust();
    readAgain(client);
    tellTheme(client, useStore.getState().theme);
  };
  client.onConnection(onConnection);
  // the desktop's door is there from the beginning
  onConnection(client.connection);
  client.on('instance.listChanged', readInstances);
  client.on('run.listChanged', readRuns);
  client.on('backup.listChanged', () => set(({ backupChanges }) => ({ backupChanges: backupChanges + 1 })));
  client.on('alert.changed', readAlerts);
  client.on('instance.statusChanged', (status) =>
    set(({ statuses }) => ({ statuses: { ...statuses, [status.instanceId]: status } })),
  );
  client.on('run.happened', (event) => followerOf(client).hear(event));
  client.on('app.noticed', ({ level, message }) => notice(level, message));
  // nobody tells how an instance is whose page is closed: while the list is seen, what is old is asked again
  const lookAgain = (): void => {
    const { connection, instances = [] } = useStore.getState();
    if (connection === 'connected' && document.visibilityState === 'visible') looker.look(instances);
  };
  setInterval(lookAgain, LOOK_EVERY_MS);
  document.addEventListener('visibilitychange', lookAgain);
}

const readers = new WeakMap<Client, () => void>();

/** For whoever is told that something could not be read. */
export function readAgain(client: Client): void {
  readers.get(client)?.();
}

const followers = new WeakMap<Client, RunFollower>();

function followerOf(client: Client): RunFollower {
  const known = followers.get(client);
  if (known !== undefined) return known;
  const follower = createRunFollower({
    ask: (runId) => client.call('run.get', { runId }),
    get: () => useStore.getState().runs,
    set: (runs) => useStore.setState({ runs }),
  });
  followers.set(client, follower);
  return follower;
}

/** The whole of a run, lines included. */
export function fetchRun(client: Client, runId: string): Promise<'found' | 'absent'> {
  return followerOf(client).fetch(runId);
}

export function chooseTheme(client: Client, theme: Theme): void {
  applyTheme(theme);
  useStore.setState({ theme });
  tellTheme(client, theme);
}

function tellTheme(client: Client, theme: Theme): void {
  // the page has its theme already: only the frame around it would be another
  client.call('app.setTheme', { theme }).catch(() => undefined);
}
