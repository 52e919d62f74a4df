import type { Command } from 'commander';
import { openEnding } from '../flow/ending.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { bold, dim } from '../output/line.ts';
import { formatDuration } from '../output/quantity.ts';
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

export function openCommand(bind: Bind): Command {
  return instanceCommand('open', 'print an address to sign in with')
    .description(
      'Prints an address that signs a browser in, good for one use. For a server it works through SSH, for as long as the command runs; Ctrl-C ends it.',
    )
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(open));
}

async function open(session: Session, name: string, options: ReachOptions): Promise<Outcome> {
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  await findInstance(core, name);
  await using signIn = await connected(session, connect, {
    run: (how) => withSpinner(session, texts.openingSignIn(name), () => core.instances.open(name, how)),
  });
  using ending = openEnding(session);
  const { url, expiresAt, forwarded } = signIn;
  if (session.json) {
    session.emit({
      type: 'sign-in',
      url: url.reveal(),
      forwarded,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  } else {
    const { err } = session.screen;
    const until = expiresAt === undefined ? undefined : formatDuration(Date.parse(expiresAt) - session.io.nowMs());
    err.print([bold(texts.signIn(name, until))], []);
    await session.screen.writeRaw(url.reveal());
    if (forwarded) err.print([], [dim(texts.signInStays)]);
  }
  if (forwarded) await Promise.race([signIn.ended, ending.told]);
  return done();
}
