import type { Command } from 'commander';
import { AppError } from '../../shared/app-error.ts';
import { checkIdSchema, listSafeRepairs, type Diagnosis } from '../../shared/model/diagnosis.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { formatDiagnosis, formatDoctorDiff } from '../output/diagnosis.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import {
  collectedBy,
  done,
  instanceCommand,
  parsedBy,
  readConnectOptions,
  usageError,
  type Bind,
  type Outcome,
} from './command.ts';

interface DoctorOptions extends ChangeOptions {
  readonly fix?: boolean;
  readonly only?: readonly string[];
  readonly quick?: boolean;
}

/** The one that OpenClaw's own doctor mends: what it would write is shown before. */
const DOCTORED = 'openclaw.config';

export function doctorCommand(bind: Bind): Command {
  const command = instanceCommand('doctor', 'look for what is wrong, and mend it').description(
    'Looks for what is known to go wrong: on its machine, in its configuration, and by what OpenClaw itself finds. Changes nothing without --fix. Ends with 1 where something is bad.',
  );
  return addChangeOptions(command)
    .option('--fix', 'mend what can be mended without harm, or what --only names')
    .option(
      '--only <check>',
      'of this check alone; repeat it for more. Also what interrupts or removes something',
      collectedBy(parsedBy(checkIdSchema)),
    )
    .option('--quick', "leave out what takes seconds: OpenClaw's own checks, and the look from outside")
    .action(bind(doctor));
}

async function doctor(session: Session, name: string, options: DoctorOptions): Promise<Outcome> {
  const { fix = false, only, quick = false } = options;
  if (!fix && (options.yes === true || options.dryRun === true))
    throw usageError('There is nothing to agree to without --fix.', 'Add --fix, or leave --yes and --dry-run out.');
  if (fix) requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const found = await connected(session, connect, {
    run: (how) =>
      withSpinner(session, texts.checking(instance.name), async (): Promise<Diagnosis> => {
        const first = await core.diagnosis.look(instance.name, 'quick', how);
        if (quick) return first;
        const { findings } = await core.diagnosis.look(instance.name, 'slow', how);
        return { at: first.at, findings: [...first.findings, ...findings] };
      }),
  });
  const findings = found.findings.filter(({ id }) => only === undefined || only.includes(id));
  const unknown = only?.find((id) => !findings.some((finding) => finding.id === id));
  if (unknown !== undefined) {
    throw usageError(`There is no check "${unknown}" for this instance.`, `Run \`hardshell doctor ${instance.name}\`.`);
  }
  const diagnosis: Diagnosis = { at: found.at, findings };
  const { out } = session.screen;
  if (!session.json) out.print(...formatDiagnosis(diagnosis, instance.name, out.look, out.columns()));
  const wrong = findings.filter(({ level, fix: mend }) => level !== 'ok' && mend !== undefined);
  const chosen = only === undefined ? listSafeRepairs(findings) : wrong.map(({ id }) => id);
  if (!fix || chosen.length === 0) {
    if (fix && !session.json) out.print([], [texts.nothingToRepair]);
    return conclude(diagnosis);
  }
  const diff = !chosen.includes(DOCTORED)
    ? undefined
    : await connected(session, connect, {
        run: (how) => withSpinner(session, texts.askingDoctor, () => core.diagnosis.doctorDiff(instance.name, how)),
      });
  if (diff !== undefined && !session.json) out.print([], ...formatDoctorDiff(diff));
  const outcome = await runChange(
    session,
    core,
    instance,
    { kind: 'repair', checks: chosen, ...(diff === undefined ? {} : { shown: diff.digest }) },
    {
      question: texts.askRepair(instance.name),
      told: ({ name: of }) => texts.repaired(of),
      options,
      connect,
    },
  );
  return {
    ...outcome,
    answers: { ...outcome.answers, diagnosis, ...(diff === undefined ? {} : { doctorDiff: diff }) },
  };
}

function conclude(diagnosis: Diagnosis): Outcome {
  const bad = diagnosis.findings.find(({ level }) => level === 'bad');
  if (bad === undefined) return done({ diagnosis });
  const error = new AppError('diagnosis.unhealthy', {
    message: `${bad.title}: ${bad.because}`,
    ...(bad.hint === undefined ? {} : { hint: bad.hint }),
  });
  return { exitCode: error.exitCode, answers: { diagnosis }, error };
}
