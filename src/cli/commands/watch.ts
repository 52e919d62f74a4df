import { Command, Option } from 'commander';
import { alertTexts } from '../alert-text.ts';
import { openEnding } from '../flow/ending.ts';
import { formatService } from '../output/alerts.ts';
import { dim } from '../output/line.ts';
import type { Session } from '../session.ts';
import { done, jsonOption, usageError, type Bind, type Outcome } from './command.ts';

interface WatchOptions {
  readonly install?: boolean;
  readonly uninstall?: boolean;
  readonly status?: boolean;
  readonly dataDir?: string;
}

export function watchCommand(bind: Bind): Command {
  return (
    new Command('watch')
      .summary('watch over the instances while no window is open')
      .description(
        'Watches over the instances until it is ended: suspends those that are beyond their limits, makes the backups that are due, tells of alerts. With --install the system does it, from every sign-in on.',
      )
      .option('--install', 'let the system run it, as a service of this account')
      .option('--uninstall', 'take that service away')
      .option('--status', 'whether that service is there, and runs')
      .addOption(jsonOption())
      // Names the data folder, so that a list of processes tells one from another.
      .addOption(new Option('--data-dir <folder>').hideHelp())
      .action(bind(watch))
  );
}

async function watch(session: Session, options: WatchOptions): Promise<Outcome> {
  const { install, uninstall, status, dataDir } = options;
  const asked = [install, uninstall, status].filter((one) => one === true).length;
  if (asked > 1) throw usageError('--install, --uninstall and --status: choose one of them.');
  const core = await session.core(dataDir === undefined ? {} : { HARDSHELL_DATA_DIR: dataDir });
  const { out, err } = session.screen;
  if (asked === 1) {
    const { watchService } = core;
    const found =
      install === true
        ? await watchService.install(session.signal)
        : uninstall === true
          ? await watchService.uninstall(session.signal)
          : await watchService.status(session.signal);
    if (!session.json) out.print(...formatService(found, out.look));
    return done({ watchService: found });
  }
  using ending = openEnding(session);
  // What a door that is open for long does.
  const kept = [core.guards.watch(), core.backups.watch(), core.updates.watch(), core.alerts.watch({ always: true })];
  if (session.json) session.emit({ type: 'watching' });
  else err.print([dim(alertTexts.watching)]);
  await ending.told;
  await Promise.all(kept.map((one) => one[Symbol.asyncDispose]()));
  if (!session.json) err.print([alertTexts.watchEnded]);
  return done();
}
