import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toAppError } from '../../../shared/app-error.ts';
import type { Backup } from '../../../shared/model/backup.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { ResourceLimits } from '../../../shared/model/resources.ts';
import type { BackupVault } from '../../backups/backup-api.ts';
import type { ConnectOptions } from '../../api.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import { expectOk } from '../../host/exec.ts';
import { CONTAINER_PORT, labelNames, layoutCanary } from '../../openclaw/container-layout.ts';
import { buildPassingSpec, containerEnvironment } from '../../openclaw/container-spec.ts';
import { ARCHIVE_DEADLINE_MS } from '../backup/backup-work.ts';
import { createDockerRoom } from '../backup/docker-room.ts';
import { createQuarters } from '../backup/quarters.ts';
import { readLastLines } from '../docker/container-log.ts';
import { expectOurs } from '../docker/network.ts';
import type { Berth } from '../docker/seat.ts';
import { execInside } from '../docker/state-files.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';

/** A gateway takes 15 s to come up on an idle machine; the first start on older state takes as long as its databases are large. */
const READY_TIMEOUT_MS = 12 * 60_000;
const ASK_EVERY_MS = 1_000;
/** The archive, and what is unpacked from it: databases pack to about a fifth. */
const UNPACKED_TIMES = 7;
const EXEC_TIMEOUT_MS = 60_000;
/** Ends by itself, also where nobody is left who would end it. */
const LIFE_SECONDS = 30 * 60;

const READY_SCRIPT = `fetch("http://127.0.0.1:${String(CONTAINER_PORT)}/readyz").then((r) => r.json()).then(({ ready, failing = [] }) => { process.stdout.write(ready ? "ready" : String(failing)); }, (error) => { process.stdout.write(String(error.cause?.code ?? error.message)); })`;

export interface CanaryWork {
  readonly berth: Berth;
  /** What runs now: it has made the backup, and unpacks it. */
  readonly oldImage: string;
  readonly readImage: () => string;
  readonly version: string;
  readonly limits: ResourceLimits;
  readonly vault: BackupVault;
  readonly options: ConnectOptions;
  /** Made by this run, before this step. */
  readonly readBackup: () => Promise<Backup | undefined>;
  /** Why there is nothing to try: it is what runs, or a run before this one has gone further. */
  readonly isDone: (context: CheckContext) => Promise<string | undefined>;
}

/**
 * The newer version comes up on what the backup holds, in a container that reaches nobody: no channel, no visitor, no model. What
 * runs hears nothing of it, and the backup is proven by being restored. Nothing of it is left, whatever comes of it.
 */
export function dockerCanaryStep(work: CanaryWork): Step {
  const { berth, version } = work;
  const canary = layoutCanary(berth.layout);
  const labels = { ...berth.labels, [labelNames.role]: 'canary' };
  let proven = false;

  const sweep = async (there: ContainerEngine, signal?: AbortSignal): Promise<void> => {
    const options = signal === undefined ? {} : { signal };
    for (const name of [canary.container, canary.backupContainer]) {
      const found = await there.containers.find(name, options);
      if (found === undefined) continue;
      expectOurs('container', name, found.labels, labels);
      await there.containers.remove(name, options);
    }
    for (const name of [canary.stateVolume, canary.secretsVolume]) {
      const found = await there.volumes.find(name, options);
      if (found === undefined) continue;
      expectOurs('volume', name, found.labels, labels);
      await there.volumes.remove(name, options);
    }
  };
  const fill = async (context: ApplyContext, there: ContainerEngine): Promise<void> => {
    const { signal } = context;
    for (const name of [canary.stateVolume, canary.secretsVolume]) await there.volumes.create(name, labels, { signal });
    const backup = await work.readBackup();
    if (backup === undefined) throw new AppError('backup.gone');
    const room = createDockerRoom({ ...berth, layout: canary, labels }, () => work.oldImage);
    await using quarters = createQuarters(room);
    const { freeBytes } = await quarters.survey(context);
    const needBytes = backup.bytes * UNPACKED_TIMES;
    if (freeBytes < needBytes) throw new AppError('backup.no-room', { details: { needBytes, freeBytes } });
    await quarters.receive(context, backup, (limit) => work.vault.open(backup, { ...work.options, signal: limit }));
    await quarters.unpack(context, backup.id);
    await quarters.settle(context, backup.id, (await quarters.readConfig(context, backup.id)) ?? '{}', true);
    await quarters.swap(context, backup.id);
    await quarters.clear(context, backup.id);
  };
  const run = async ({ act, note, signal }: ApplyContext, there: ContainerEngine): Promise<void> => {
    const { container: name } = canary;
    await act(`Starting OpenClaw ${version} on the copy`, async (limit) => {
      const command = `exec timeout --foreground ${String(LIFE_SECONDS)} openclaw gateway --bind lan --port ${String(CONTAINER_PORT)}`;
      const spec = buildPassingSpec({
        name,
        image: work.readImage(),
        command: ['sh', '-c', command],
        // It has no network either: what it would do by itself it shall not even try.
        env: {
          ...containerEnvironment(canary),
          OPENCLAW_SKIP_CHANNELS: '1',
          OPENCLAW_SKIP_CRON: '1',
          OPENCLAW_SKIP_GMAIL_WATCHER: '1',
        },
        user: '1000:1000',
        labels,
        volumes: { [canary.stateDir]: canary.stateVolume, [canary.secretsDir]: canary.secretsVolume },
      });
      const { memoryBytes, cpus } = work.limits;
      await there.containers.create({ ...spec, memoryBytes, cpus, pids: 512 }, { signal: limit });
      await there.containers.start(name, { signal: limit });
    });
    await waitUntilReady(there, name, note, signal);
    const said = await execInside(there, name, ['openclaw', '--version'], { signal, timeoutMs: EXEC_TIMEOUT_MS });
    expectOk(said, 'Asking the copy for its version');
    const found = /\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?/.exec(said.stdout)?.[0];
    if (found !== version) {
      throw new AppError('update.failed', {
        message: `The image ${work.readImage()} holds OpenClaw ${found ?? 'of no known version'}, and not ${version}.`,
      });
    }
    note(`OpenClaw ${version} came up on a copy of the state`);
  };

  return {
    id: 'canary',
    title: `Try OpenClaw ${version} on a copy`,
    facts: [],
    timeoutMs: READY_TIMEOUT_MS + ARCHIVE_DEADLINE_MS,
    async check(context) {
      if (proven) return satisfied('it came up on a copy of the state');
      const done = await work.isDone(context);
      return done === undefined ? needed('it was not tried yet on this state') : satisfied(done);
    },
    async apply(context) {
      const { act, signal } = context;
      const there = await berth.engine.open(signal);
      await act('Clearing away what a trial before this one has left', (limit) => sweep(there, limit));
      try {
        await fill(context, there);
        await run(context, there);
        proven = true;
      } catch (thrown) {
        signal.throwIfAborted();
        const cause = toAppError(thrown);
        throw new AppError('update.failed', {
          message: `OpenClaw ${version} did not come up on a copy of the state, and nothing that runs was touched: ${cause.message}`,
          details: { ...cause.details, cause: cause.toReport() },
          cause,
        });
      } finally {
        // Also when it was cancelled: a copy of everything is not left lying about.
        const clear = signal.aborted ? sweep(there) : act('Clearing the copy away', () => sweep(there));
        await clear.catch(() => undefined);
      }
    },
  };
}

/** @throws AppError `gateway.not-ready` with the last lines of its log */
async function waitUntilReady(
  there: ContainerEngine,
  name: string,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const begunMs = performance.now();
  let said = '';
  for (;;) {
    signal.throwIfAborted();
    const found = await there.containers.find(name, { signal });
    if (found?.state !== 'running') {
      throw new AppError('gateway.not-ready', {
        message: `It ended with ${String(found?.exitCode ?? 'no exit code')}.`,
        details: { exitCode: found?.exitCode, lastLines: await readLastLines(there, name, signal) },
      });
    }
    const asked = await execInside(there, name, ['node', '-e', READY_SCRIPT], {
      signal,
      timeoutMs: EXEC_TIMEOUT_MS,
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      // Between two looks it may have ended: the next one says how.
      return { stdout: toAppError(error).message };
    });
    const text = asked.stdout.trim();
    if (text === 'ready') return;
    const words = text === 'ECONNREFUSED' ? 'the copy is loading' : `the copy is starting: ${text}`;
    if (words !== said) note(words);
    said = words;
    if (performance.now() - begunMs > READY_TIMEOUT_MS) {
      throw new AppError('gateway.not-ready', { details: { lastLines: await readLastLines(there, name, signal) } });
    }
    await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
