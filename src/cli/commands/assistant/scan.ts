import { AppError } from '../../../shared/app-error.ts';
import { followScan } from '../../../shared/channel-scan.ts';
import { formatScanCode } from '../../output/scan-code.ts';
import { lineWidth } from '../../output/line.ts';
import { done, usageError, type Outcome } from '../command.ts';
import { readChannel, tell, type Asked } from './topic.ts';

/** Shows one code after another until a phone has scanned one. */
export async function scan(asked: Asked): Promise<Outcome> {
  const {
    session,
    core,
    instance,
    words,
    options: { account },
    ask,
  } = asked;
  const channel = readChannel(words[0]);
  const anew = words[1] === 'anew';
  if (words[1] !== undefined && !anew)
    throw usageError(
      `"${words[1]}" is not known here.`,
      'Write anew to unlink the phone that is linked, and link one again.',
    );
  if (session.json || !session.io.isTty.stdout)
    throw usageError('A code is scanned from the screen.', 'Run it in a terminal, without --json.');
  const codes = followScan({
    begin: () =>
      ask('Asking for a code', (options) =>
        core.channels.beginLogin(instance.name, channel, { ...options, account, anew }),
      ),
    wait: (before) =>
      ask('Waiting for the phone', (options) =>
        core.channels.awaitLogin(instance.name, channel, before, { ...options, account }),
      ),
    isOver: () => session.signal.aborted,
    nowMs: () => performance.now(),
  });
  let last = { connected: false, says: '' };
  let isShown = false;
  for await (const code of codes) {
    last = code;
    if (code.qr === undefined || code.connected) continue;
    show(asked, code.qr);
    isShown = true;
  }
  session.signal.throwIfAborted();
  if (!last.connected && !isShown)
    throw new AppError('channel.no-code', last.says === '' ? {} : { details: { reason: last.says } });
  if (!last.connected)
    throw new AppError('channel.not-scanned', last.says === '' ? {} : { details: { reason: last.says } });
  tell(asked, `${instance.name} is on ${channel}.`);
  return done();
}

function show({ session }: Asked, qr: string): void {
  const { out } = session.screen;
  const lines = formatScanCode(qr, out.look);
  if (lines === undefined) throw new AppError('channel.no-picture');
  const width = Math.max(...lines.map(lineWidth));
  const columns = out.columns();
  if (columns !== undefined && columns < width)
    throw usageError(`The code is ${String(width)} columns wide.`, 'Make the terminal wider, and run it again.');
  out.print([], ...lines, ['Open it on the phone, go to linked devices, and scan. Ctrl+C ends it.']);
}
