import { Command, Option } from 'commander';
import { openEnding } from '../flow/ending.ts';
import type { Session } from '../session.ts';
import { done, type Bind, type Outcome } from './command.ts';

/** The hidden option names the data folder, so that a list of processes tells one supervisor from another. */
export function superviseCommand(bind: Bind): Command {
  return new Command('supervise')
    .summary("keep this computer's gateways running")
    .description(
      "Owns this computer's gateways until it is told to end. Every command that needs it starts it by itself; there is no need to.",
    )
    .addOption(new Option('--data-dir <folder>').hideHelp())
    .action(bind(supervise));
}

async function supervise(session: Session, { dataDir }: { readonly dataDir?: string }): Promise<Outcome> {
  const core = await session.core(dataDir === undefined ? {} : { HARDSHELL_DATA_DIR: dataDir });
  using ending = openEnding(session);
  await core.supervise(ending.signal);
  return done();
}
