import { Command } from 'commander';
import type { RunSnapshot } from '../../shared/model/run.ts';
import { runReportSchema, type Answers } from '../json-lines.ts';
import { formatRun, formatRuns } from '../output/runs.ts';
import type { Session } from '../session.ts';
import { done, jsonOption, usageError, type Bind, type Outcome } from './command.ts';

export function runsCommand(bind: Bind): Command {
  const runs = new Command('runs')
    .summary('look at what has been run')
    .description('What has been run from this computer, with what each step said.');
  runs.command('list').summary('show the runs, newest first').addOption(jsonOption()).action(bind(list));
  runs
    .command('show')
    .summary('show one run, step by step')
    .argument('<run>', 'id of the run, or its beginning')
    .addOption(jsonOption())
    .action(bind(show));
  return runs;
}

const newestFirst = (a: RunSnapshot, b: RunSnapshot): number => b.startedAt.localeCompare(a.startedAt);

async function list(session: Session): Promise<Outcome> {
  const runs = [...(await (await session.core()).runs.list())].sort(newestFirst);
  const { out } = session.screen;
  if (!session.json) out.print(...formatRuns(runs, session.io.nowMs(), out.look));
  return done({ runs: runs.map(reportRun) });
}

async function show(session: Session, id: string): Promise<Outcome> {
  const { runs } = await session.core();
  const run = (await runs.get(id)) ?? (await findByBeginning(runs, id));
  const { out } = session.screen;
  if (!session.json) out.print(...formatRun(run, session.io.nowMs(), out.look, out.columns()));
  return done({ run: reportRun(run) });
}

async function findByBeginning(runs: { list(): Promise<RunSnapshot[]> }, beginning: string): Promise<RunSnapshot> {
  const found = (await runs.list()).filter((run) => run.runId.startsWith(beginning));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw usageError(
    found.length === 0 ? `There is no run ${beginning}.` : `More than one run begins with ${beginning}.`,
    'Run `hardshell runs list` to see what there is.',
  );
}

function reportRun(run: RunSnapshot): NonNullable<Answers['run']> {
  return runReportSchema.parse(run);
}
