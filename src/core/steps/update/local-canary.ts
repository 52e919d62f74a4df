import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/app-error.ts';
import type { Backup } from '../../../shared/model/backup.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { BackupVault } from '../../backups/backup-api.ts';
import type { ConnectOptions } from '../../api.ts';
import { change } from '../../host/command.ts';
import { lastLines, type ExecResult } from '../../host/exec.ts';
import { probeReadiness } from '../../openclaw/readiness-probe.ts';
import { makePrivateDir } from '../../system/atomic-file.ts';
import { ARCHIVE_DEADLINE_MS } from '../backup/backup-work.ts';
import { createLocalRoom } from '../backup/local-room.ts';
import { createQuarters } from '../backup/quarters.ts';
import { roomToUnpack } from '../backup/restore.ts';
import { localEnvironment, packageIn, type LocalLayout } from '../local/local-layout.ts';
import type { ApplyContext, Step } from '../step.ts';
import { nextPrefix, pickPort, untouched } from './local-upgrade.ts';
import { wasTried } from './update-record.ts';
import type { UpdateWork } from './update-work.ts';

/** The first start on older state takes as long as its databases are large. */
const READY_TIMEOUT_MS = 12 * 60_000;
const ASK_EVERY_MS = 500;

export interface LocalCanary {
  /** With what runs now: it has made the backup, and unpacks it. */
  readonly layout: LocalLayout;
  /** With the Node.js of the newer version. */
  readonly next: LocalLayout;
  readonly vault: BackupVault;
  readonly options: ConnectOptions;
}

/** A folder of its own, beside everything that is in use. */
export function canaryLayout(layout: LocalLayout): LocalLayout {
  const dir = join(layout.dir, 'canary');
  const stateDir = join(dir, 'state');
  return {
    ...layout,
    stateDir,
    configFile: join(stateDir, 'openclaw.json'),
    workspaceDir: join(stateDir, 'workspace'),
    cacheDir: join(dir, 'cache'),
    backupsDir: join(dir, 'kept'),
    logFile: join(dir, 'gateway.log'),
  };
}

/**
 * The newer version comes up on what the backup holds, with no channel and no timer of its own: what runs hears nothing of it, and
 * the backup is proven by being restored. Nothing of it is left, whatever comes of it.
 */
export function localCanaryStep(work: UpdateWork, { layout, next, vault, options }: LocalCanary): Step {
  const { version } = work;
  const copy = canaryLayout(layout);
  const dir = join(layout.dir, 'canary');
  let proven = false;

  const fill = async (context: ApplyContext): Promise<void> => {
    const backup: Backup | undefined = await work.backups.get(work.from.backup);
    if (backup === undefined) throw new AppError('backup.gone');
    await context.act('Making a folder for the copy', async () => {
      await rm(dir, { recursive: true, force: true });
      for (const one of [copy.stateDir, copy.backupsDir, copy.cacheDir]) await makePrivateDir(one);
    });
    await using quarters = createQuarters(createLocalRoom(context.host, copy));
    const { freeBytes } = await quarters.survey(context);
    const needBytes = roomToUnpack(backup);
    if (freeBytes < needBytes) throw new AppError('backup.no-room', { details: { needBytes, freeBytes } });
    await quarters.receive(context, backup, (signal) => vault.open(backup, { ...options, signal }));
    await quarters.unpack(context, backup.id);
    await quarters.settle(context, backup.id, (await quarters.readConfig(context, backup.id)) ?? '{}', true);
    await quarters.swap(context, backup.id);
    await quarters.clear(context, backup.id);
  };
  const run = async (context: ApplyContext): Promise<void> => {
    const port = await pickPort();
    const entry = join(packageIn(nextPrefix(layout), layout.platform), 'dist', 'index.js');
    const env = {
      ...localEnvironment(copy),
      OPENCLAW_SKIP_CHANNELS: '1',
      OPENCLAW_SKIP_CRON: '1',
      OPENCLAW_SKIP_GMAIL_WATCHER: '1',
    };
    const isDone = new AppError('run.cancelled');
    const stop = new AbortController();
    let ended: ExecResult | undefined;
    const gateway = context
      .change(change([next.node, entry, 'gateway', '--port', String(port)], { env }), {
        doing: `Starting OpenClaw ${version} on the copy`,
        quiet: true,
        signal: stop.signal,
      })
      .then(
        (result) => void (ended = result),
        (error: unknown) => {
          if (error !== isDone) throw error;
        },
      );
    // Looked at below; a failure in between shall not end the process.
    gateway.catch(() => undefined);
    try {
      const deadline = performance.now() + READY_TIMEOUT_MS;
      let said = '';
      for (;;) {
        context.signal.throwIfAborted();
        const { isReady, text } = await probeReadiness((signal) => context.host.connect({ port }, { signal }));
        if (isReady) break;
        if (text !== said) context.note(text);
        said = text;
        if (ended !== undefined) {
          throw new AppError('update.failed', {
            message: `it ended with ${String(ended.code ?? ended.signal)}.`,
            details: { exitCode: ended.code, lastLines: lastLines(ended) },
          });
        }
        if (performance.now() > deadline) throw new AppError('update.failed', { message: `${text}, for too long.` });
        await sleep(ASK_EVERY_MS, undefined, { signal: context.signal });
      }
      context.note(`OpenClaw ${version} came up on a copy of the state`);
    } finally {
      stop.abort(isDone);
      await gateway;
    }
  };

  return {
    id: 'canary',
    title: `Try OpenClaw ${version} on a copy`,
    facts: [],
    timeoutMs: READY_TIMEOUT_MS + ARCHIVE_DEADLINE_MS,
    async check(context) {
      if (proven) return satisfied('it came up on a copy of the state');
      if (await wasTried(work)) return satisfied('a run before this one has tried it');
      return (await work.readVersion(context)) === version
        ? satisfied('there is nothing to update')
        : needed('it was not tried yet on this state');
    },
    async apply(context) {
      try {
        await fill(context);
        await run(context);
        proven = true;
      } catch (thrown) {
        throw untouched(version, thrown, context);
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}
