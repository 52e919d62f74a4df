import { Command } from 'commander';
import { exitCodes } from '../../shared/app-error.ts';
import { findInstance } from '../flow/finding.ts';
import { reportTests } from '../json-alerts.ts';
import { formatAlerts, formatTests } from '../output/alerts.ts';
import type { Session } from '../session.ts';
import { done, jsonOption, parseName, type Bind, type Outcome } from './command.ts';

interface AlertsOptions {
  readonly now?: boolean;
}

export function alertsCommand(bind: Bind): Command {
  return new Command('alerts')
    .summary('show what is wrong, and what was')
    .argument('[name]', 'name of the instance', parseName)
    .description(
      'Shows what is wrong with the instances now, and what was. They are watched while Hardshell is open, as an app, with hardshell serve, or with hardshell watch.',
    )
    .option('--now', 'leave out what is over')
    .addOption(jsonOption())
    .action(bind(alerts));
}

async function alerts(session: Session, name: string | undefined, { now = false }: AlertsOptions): Promise<Outcome> {
  const core = await session.core();
  if (name !== undefined) await findInstance(core, name);
  const found = (await core.alerts.list(name)).filter(({ clearedAt }) => !now || clearedAt === undefined);
  const { out } = session.screen;
  if (!session.json) out.print(...formatAlerts(found, session.io.nowMs(), out.look, out.columns()));
  return done({ alerts: found });
}

export function alertsTestCommand(bind: Bind): Command {
  return new Command('alerts-test')
    .summary('send a test to everybody who is told of alerts')
    .description('Sends a test to the Telegram chat and the webhook of the alerts, whatever the hour.')
    .addOption(jsonOption())
    .action(bind(alertsTest));
}

async function alertsTest(session: Session): Promise<Outcome> {
  const core = await session.core();
  const tests = await core.alerts.test({ signal: session.signal });
  const { out } = session.screen;
  if (!session.json) out.print(...formatTests(tests, out.look));
  const problem = tests.find((one) => one.problem !== undefined)?.problem;
  const answers = { alertTests: reportTests(tests) };
  return problem === undefined ? done(answers) : { exitCode: exitCodes.failed, answers, error: problem };
}
