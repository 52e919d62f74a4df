import { join } from 'node:path';
import semver from 'semver';
import type { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions } from '../api.ts';
import type { MirrorBook } from '../state/mirror-book.ts';
import type { StateStore } from '../state/state-store.ts';
import { expectOwn } from '../openclaw/expect-own.ts';
import { readNodeVersion, type NodePlace } from '../openclaw/node-release.ts';
import { createRegistry } from '../openclaw/registry.ts';
import type { Process, SpawnOptions } from '../host/host.ts';
import type { InstanceStatus } from '../api-link.ts';
import { readChangelog } from './changelog.ts';
import { lookAtMachine, type MachineLook } from './machine-look.ts';
import type { ReleaseBook } from './release-book.ts';
import type { TriedBook } from './tried-book.ts';
import type { UpdateOffer, Updates } from './update-api.ts';
import { watchUpdates, type UpdateWatchServices } from './update-watch.ts';

/** What is asked of where an instance lives: of a place, the part that only looks. */
interface AskedPlace {
  status(instance: Instance, options: ConnectOptions): Promise<InstanceStatus>;
  exec(
    instance: Instance,
    argv: readonly [string, ...string[]],
    spawn: SpawnOptions,
    options: ConnectOptions,
  ): Promise<Process>;
}

export interface UpdateServices {
  readonly state: StateStore;
  readonly mirrors: Pick<MirrorBook, 'read'>;
  readonly releases: ReleaseBook;
  readonly find: (
    name: string,
    given?: ConnectOptions,
  ) => Promise<{ instance: Instance; place: AskedPlace; options: ConnectOptions }>;
  readonly tried: TriedBook;
  /** Plans it, with what is known of the login. */
  readonly planScheduled: UpdateWatchServices['plan'];
  readonly now: () => number;
  readonly onProblem: (error: AppError) => void;
}

/** Unpacked, OpenClaw 2026.9.6 is 650 MB; an image of it a gigabyte. */
const PACKAGE_BYTES = 700 * 1024 ** 2;
const IMAGE_BYTES = 1.1 * 1024 ** 3;
/** The backup, the copy on which the new version is tried, and room to grow meanwhile. */
const STATE_TIMES = 3;

/** What the doors ask of updates. */
export function createUpdates(services: UpdateServices): Updates {
  const { state, mirrors, releases, find, tried, now, onProblem } = services;
  const dir = state.layout.updatesDir;
  const readReleases = async (signal?: AbortSignal): ReturnType<ReleaseBook['read']> =>
    releases.read((await mirrors.read()).npm, signal);

  return {
    async look(name, asked, given) {
      const { instance, place, options } = await find(name, given);
      const { signal = new AbortController().signal } = options;
      const [{ tags, versions }, { npm }, runs, machine] = await Promise.all([
        readReleases(signal),
        mirrors.read(),
        readRunning(instance, place, options, signal),
        lookAtMachine((argv, spawn) => place.exec(instance, argv, spawn, options), signal),
      ]);
      const registry = createRegistry({ url: npm });
      const newer = listNewer(runs, versions);
      const latest = tags['latest'] ?? newer[0] ?? runs;
      const version = asked ?? (semver.gt(latest, runs) ? latest : undefined);
      const common: UpdateOffer = { runs, latest, tags, newer, changelog: [] };
      if (version === undefined) return common;
      const { nodeRange } = await registry.readManifest('openclaw', version, signal);
      const between = [version, ...newer].filter((one) => semver.gt(one, runs) && semver.lte(one, version));
      const [changelog, nodeVersion] = await Promise.all([
        readChangelog([...new Set(between)], { registry, dir, signal }),
        instance.target.kind === 'docker' ? undefined : chooseNode(nodeRange, instance, machine),
      ]);
      return {
        ...common,
        version,
        changelog,
        ...(nodeRange === undefined ? {} : { nodeRange }),
        ...(nodeVersion === undefined ? {} : { nodeVersion }),
        ...(machine === undefined
          ? {}
          : { diskNeededBytes: estimateDisk(instance, machine), diskFreeBytes: machine.freeBytes }),
      };

      async function chooseNode(
        range: string | undefined,
        { nodeVersion: recorded }: Instance,
        there: MachineLook | undefined,
      ): Promise<string | undefined> {
        const present = there?.node ?? recorded;
        if (range === undefined || present === undefined || semver.satisfies(present, range)) return undefined;
        return readNodeVersion(registry, range, placeOf(there), signal);
      }
    },
    async setPolicy(name, policy) {
      const { instance } = await find(name);
      if (policy.schedule !== undefined) expectOwn(instance, 'update');
      await state.instances.update(instance.id, (old) => ({ ...(old ?? instance), updates: policy }));
      // What is set now is about what comes: the moment that was this morning is over. What was tried stays tried.
      await tried.write(instance.id, { is: 'done', ...(await tried.read(instance.id)), at: now() });
    },
    watch: () =>
      watchUpdates({
        listInstances: () => state.instances.list(),
        readNewest: async (signal) => (await readReleases(signal)).tags['latest'],
        tried,
        lockFileOf: (id) => join(dir, `${id}.lock`),
        plan: services.planScheduled,
        now,
        onProblem,
      }),
  };
}

/** Exact versions above this one, newest first; what its version calls a preview is left to the tags. Pure. */
export function listNewer(runs: string, versions: readonly string[]): readonly string[] {
  return versions
    .filter((one) => semver.valid(one) !== null && semver.prerelease(one) === null && semver.gt(one, runs))
    .sort(semver.rcompare);
}

/** Pure. */
export function estimateDisk({ target }: Pick<Instance, 'target'>, { stateBytes }: MachineLook): number {
  return (target.kind === 'docker' ? IMAGE_BYTES : PACKAGE_BYTES) + STATE_TIMES * stateBytes;
}

/** As the machine says; as the record says where it says nothing. */
async function readRunning(
  instance: Instance,
  place: AskedPlace,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<string> {
  const { version, error } = await place.status(instance, options);
  signal.throwIfAborted();
  // A machine that lets nobody in can be updated by nobody: that is the answer, and not what the registry says.
  if (error !== undefined && version === undefined && error.code.startsWith('host.')) throw error;
  return version !== undefined && semver.valid(version) !== null ? version : instance.version;
}

function placeOf(machine: MachineLook | undefined): NodePlace {
  const platform = machine?.platform === 'darwin' || machine?.platform === 'win32' ? machine.platform : 'linux';
  return { platform, arch: machine?.arch === 'arm64' ? 'arm64' : 'x64' };
}
