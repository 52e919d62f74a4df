import type { CallInput } from '../../../shared/contract/contract.ts';
import { formatLogLine, parseEntry } from '../../../shared/model/log.ts';
import { CallError, type Client } from '../../client.ts';
import { createLineSplitter } from './log-line.ts';

type SaveQuery = CallInput<'log.save'>;

/**
 * All that is wanted, as a file of the person's: where the door can write, past the page; else as a download. Not what is shown
 * alone: the machine is asked again. False: the person chose no file.
 */
export async function saveLog(client: Client, query: SaveQuery, name: string, pastThePage: boolean): Promise<boolean> {
  if (pastThePage) return (await client.call('log.save', query)).saved;
  const { streamId } = await client.call('log.open', query);
  const stream = client.openStream(streamId);
  const pieces: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const split = createLineSplitter();
    stream.onData((bytes, taken) => {
      const lines = split(bytes).flatMap((line) => parseEntry(line) ?? []);
      pieces.push(lines.map((entry) => `${formatLogLine(entry)}\n`).join(''));
      taken();
    });
    stream.onEnd((error) => (error === undefined ? resolve() : reject(new CallError(error))));
  });
  const url = URL.createObjectURL(new Blob(pieces, { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.log`;
  link.click();
  URL.revokeObjectURL(url);
  return true;
}
