import { Command } from 'commander';
import { closest } from '../flow/closest.ts';
import { reportKeys } from '../json-lines.ts';
import { alignRows, bold, dim, green } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { formatAge } from '../output/quantity.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { done, jsonOption, usageError, type Bind, type Outcome } from './command.ts';

export function trustCommand(bind: Bind): Command {
  const trust = new Command('trust')
    .summary('show or remove host keys that you have trusted')
    .description(
      'Host keys that you have trusted with Hardshell. Those of ~/.ssh/known_hosts count as well, and are left to ssh.',
    );
  trust.command('list').summary('show trusted host keys').addOption(jsonOption()).action(bind(list));
  trust
    .command('remove')
    .summary('trust the keys of a host no more')
    .argument('<host>', 'as `trust list` shows it: HOST, or [HOST]:PORT')
    .addOption(jsonOption())
    .action(bind(remove));
  return trust;
}

async function list(session: Session): Promise<Outcome> {
  const keys = await (await session.core()).trust.list();
  const { out } = session.screen;
  if (!session.json) {
    const rows = keys.map(({ host, type, fingerprint, addedAt }) => [
      bold(host),
      type,
      fingerprint,
      dim(formatAge(Date.parse(addedAt), session.io.nowMs())),
    ]);
    out.print(
      ...(rows.length === 0
        ? [[texts.noKeys]]
        : alignRows([['HOST', 'TYPE', 'FINGERPRINT', 'TRUSTED'].map(dim), ...rows])),
    );
  }
  return done({ keys: reportKeys(keys) });
}

async function remove(session: Session, host: string): Promise<Outcome> {
  const { trust } = await session.core();
  const removed = await trust.remove(host);
  if (removed === 0) {
    const meant = closest(
      host,
      (await trust.list()).map((key) => key.host),
    );
    throw usageError(
      texts.noKeyOf(host),
      meant === undefined
        ? 'Run `hardshell trust list` to see what there is; keys in ~/.ssh/known_hosts are removed with ssh-keygen -R.'
        : `Did you mean ${meant}?`,
    );
  }
  const { out } = session.screen;
  if (!session.json) out.print([green(marksOf(out.look).done), ` ${texts.keysRemoved(removed, host)}`]);
  return done({ removed });
}
