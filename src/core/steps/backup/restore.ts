import { compare } from 'semver';
import { AppError, toAppError } from '../../../shared/app-error.ts';
import type { Backup } from '../../../shared/model/backup.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { BackupVault } from '../../backups/backup-api.ts';
import type { ConnectOptions } from '../../api.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';
import { ARCHIVE_DEADLINE_MS, formatArchive, type NoteLeft } from './backup-work.ts';
import type { Quarters, RestoreJournal } from './quarters.ts';

/** Databases pack to about a fifth. */
const UNPACKED = 6;

export interface RestoreWork {
  readonly backup: Backup;
  /** The OpenClaw that is to run on it. */
  readonly version: string;
  readonly quarters: Quarters;
  readonly vault: BackupVault;
  readonly options: ConnectOptions;
  /** The archived openclaw.json, saying what is this instance's own: port, token, origins, proxy. */
  readonly settle: (text: string | undefined) => Promise<string>;
  readonly noteLeft: NoteLeft;
  /** Whether a gateway runs there; absent where something else says how far this has come, as the record of an update does. */
  readonly isServing?: (context: CheckContext) => Promise<boolean>;
}

/** What a machine needs to unpack it beside the state. Pure. */
export function roomToUnpack({ bytes }: Pick<Backup, 'bytes'>): number {
  return bytes * (1 + UNPACKED);
}

/** @throws AppError `backup.too-new`: state goes forward only */
export function expectNotNewer(made: string, there: string): void {
  if (compare(made, there) > 0) throw new AppError('backup.too-new', { details: { made, there } });
}

/**
 * How far this very restore has come, as the machine says. One that is in place and served before it was cleared away has ended
 * there: what came since is no part of it, and who asks for it again asks for a new one.
 */
export async function readProgress(
  { quarters, backup, isServing }: Pick<RestoreWork, 'quarters' | 'backup' | 'isServing'>,
  context: CheckContext,
): Promise<RestoreJournal['phase'] | undefined> {
  const journal = await quarters.readJournal(context);
  if (journal?.backup !== backup.id) return undefined;
  return journal.phase === 'swapped' && (await isServing?.(context)) === true ? undefined : journal.phase;
}

const isPast = (phase: RestoreJournal['phase'] | undefined): boolean =>
  phase === 'out' || phase === 'in' || phase === 'swapped';

/** Whether folders have been moved already by a run that was cut short: what was there before waits beside them. */
export async function isUnderWay(work: RestoreWork, context: CheckContext): Promise<boolean> {
  const phase = await readProgress(work, context);
  return isPast(phase) || phase === 'back';
}

/** Stopping, where nothing is in place yet: afterwards the gateway may run on it already. */
export function beforeSwap(step: Step, work: RestoreWork): Step {
  return {
    ...step,
    async check(context) {
      return (await readProgress(work, context)) === 'swapped'
        ? satisfied('the backup is in place already')
        : step.check(context);
    },
  };
}

/** Everything that can be wrong with a backup is found here, beside the state that is in use. */
export function stageStep(work: RestoreWork, wasKept: () => boolean): Step {
  const { backup, quarters, vault, options } = work;
  return {
    id: 'stage',
    title: 'Bring the backup to the machine and check it',
    facts: [],
    timeoutMs: ARCHIVE_DEADLINE_MS,
    async check(context) {
      const phase = await readProgress(work, context);
      if (phase === 'staged') return satisfied('it lies there, verified and unpacked');
      return isPast(phase)
        ? satisfied('a run before this one has brought and verified it')
        : needed(`${formatArchive(backup.bytes)} of ${backup.createdAt}`);
    },
    async apply(context) {
      // Where a run before this one was cut short while it put back what was there, that lies in what is to be made anew.
      if ((await readProgress(work, context)) === 'back') await quarters.back(context, backup.id);
      const { freeBytes } = await quarters.survey(context);
      const needBytes = roomToUnpack(backup);
      if (freeBytes < needBytes) throw new AppError('backup.no-room', { details: { needBytes, freeBytes } });
      await quarters.receive(context, backup, (signal) => vault.open(backup, { ...options, signal }));
      try {
        const { version, outside } = await quarters.unpack(context, backup.id);
        expectNotNewer(version, work.version);
        for (const path of outside) context.note(`${path} lay outside of the state folder: it stays as it is`);
        const config = await work.settle(await quarters.readConfig(context, backup.id));
        await quarters.settle(context, backup.id, config, wasKept());
      } catch (error) {
        context.signal.throwIfAborted();
        await quarters.clear(context, backup.id).catch(() => undefined);
        throw error;
      }
    },
  };
}

export function swapStep(work: RestoreWork): Step {
  const { backup, quarters } = work;
  return {
    id: 'swap',
    title: 'Put the backup in the place of what is there',
    facts: [],
    timeoutMs: ARCHIVE_DEADLINE_MS,
    async check(context) {
      const phase = await readProgress(work, context);
      return phase === 'swapped' ? satisfied('the backup is in place') : needed('it is not in place yet', 'data-loss');
    },
    apply: (context) => quarters.swap(context, backup.id),
  };
}

export function clearStep({ backup, quarters, noteLeft }: RestoreWork): Step {
  return {
    id: 'clear',
    title: 'Clear away what was there before',
    facts: [],
    timeoutMs: ARCHIVE_DEADLINE_MS,
    async check(context) {
      return (await quarters.readJournal(context)) === undefined
        ? satisfied('nothing of it is left')
        : needed('what was there before still lies beside it');
    },
    async apply(context) {
      await noteLeft(await quarters.clear(context, backup.id));
    },
  };
}

export interface Undoing {
  readonly quarters: Quarters;
  readonly backup: Backup;
  readonly stop: Step;
  /** What lets it serve again; empty where it stood still before. */
  readonly start: readonly Step[];
}

/**
 * A step that must not leave the instance between two states: where it fails, what was there before goes back and serves again.
 * One that is cancelled is left as it stands: the machine knows how far it came, and the next run goes on.
 */
export function withWayBack(step: Step, undoing: Undoing): Step {
  return {
    ...step,
    timeoutMs: step.timeoutMs + ARCHIVE_DEADLINE_MS,
    async apply(context) {
      try {
        await step.apply(context);
        const after = await step.check(context);
        if (after.is === 'needed') throw new AppError('step.ineffective', { details: { because: after.because } });
      } catch (thrown) {
        context.signal.throwIfAborted();
        const cause = toAppError(thrown);
        context.note(`"${step.title}" failed: ${cause.message} What was there before is put back.`);
        await goBack(context, undoing, cause);
        throw new AppError('restore.failed', {
          message: `The backup could not be put in place: ${cause.message} What was there before is there again.`,
          details: { cause: cause.toReport() },
          cause,
        });
      }
    },
  };
}

async function goBack(
  context: ApplyContext,
  { quarters, backup, stop, start }: Undoing,
  cause: AppError,
): Promise<void> {
  try {
    await stop.apply(context);
    await quarters.back(context, backup.id);
    for (const step of start) if ((await step.check(context)).is === 'needed') await step.apply(context);
  } catch (thrown) {
    context.signal.throwIfAborted();
    const error = toAppError(thrown);
    throw new AppError('restore.failed', {
      message: `The backup could not be put in place, and what was there before does not serve again yet: ${error.message}`,
      hint: 'Run the same restore again: it goes on where this one stopped.',
      details: { cause: cause.toReport(), back: error.toReport() },
      cause: error,
    });
  }
}
