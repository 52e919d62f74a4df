import type { Command } from 'commander';
import { AppError } from '../../shared/app-error.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { reportExposure } from '../json-operations.ts';
import { formatExposure } from '../output/operations.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import {
  done,
  instanceCommand,
  jsonOption,
  readConnectOptions,
  secretsOption,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

export function exposureCommand(bind: Bind): Command {
  return instanceCommand('exposure', 'look at what of an instance is open to the world')
    .description(
      'Looks at the machine of an instance from outside and from inside, and changes nothing. Ends with 1 where something is open that should not be.',
    )
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(exposure));
}

async function exposure(session: Session, name: string, options: ReachOptions): Promise<Outcome> {
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const report = await connected(session, connect, {
    run: (how) => withSpinner(session, texts.checking(instance.name), () => core.exposure.check(instance.name, how)),
  });
  const { out } = session.screen;
  if (!session.json) out.print(...formatExposure(report, out.look, out.columns()));
  const answers = { exposure: reportExposure(report) };
  const open = report.findings.find(({ level }) => level === 'bad');
  if (open === undefined) return done(answers);
  const error = new AppError('exposure.open', {
    message: `${open.title}: ${open.because}`,
    ...(open.fix === undefined ? {} : { hint: open.fix }),
  });
  return { exitCode: error.exitCode, answers, error };
}
