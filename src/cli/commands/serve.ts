import { Command, InvalidArgumentError, Option } from 'commander';
import { portSchema } from '../../shared/model/target.ts';
import { openEnding } from '../flow/ending.ts';
import { bold, dim } from '../output/line.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { done, jsonOption, type Bind, type Outcome } from './command.ts';

interface ServeOptions {
  readonly port?: number;
}

export function serveCommand(bind: Bind): Command {
  return new Command('serve')
    .summary('open the interface in a browser')
    .description(
      'Serves the interface to a browser of this computer, at an address that lets one browser in, once. It ends with Ctrl-C; what runs on this computer and elsewhere goes on.',
    )
    .addOption(new Option('--port <number>', 'port to listen on (default: any free one)').argParser(parsePort))
    .addOption(jsonOption())
    .action(bind(serve));
}

function parsePort(text: string): number {
  const parsed = portSchema.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
}

async function serve(session: Session, { port: wanted }: ServeOptions): Promise<Outcome> {
  const door = await session.openDoor(wanted === undefined ? {} : { port: wanted });
  using ending = openEnding(session);
  const { port, url } = door;
  if (session.json) session.emit({ type: 'serving', url: url.reveal(), port });
  else {
    const { err } = session.screen;
    err.print([bold(texts.serving)], []);
    await session.screen.writeRaw(url.reveal());
    err.print([], [dim(texts.servingElsewhere(port))], [dim(texts.servingStays)]);
  }
  await ending.told;
  if (!session.json) session.screen.err.print([texts.servingEnded]);
  return done();
}
