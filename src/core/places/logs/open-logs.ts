import type { Readable } from 'node:stream';
import type { Instance } from '../../../shared/model/instance.ts';
import type { LogEntry, LogQuery } from '../../../shared/model/log.ts';
import type { PlaceServices } from '../place-services.ts';
import { createTokenKeeper } from '../token-keeper.ts';
import { createStriker } from './clean-text.ts';
import type { LogFeed } from './log-feed.ts';
import { mergeFeeds } from './merge-feeds.ts';
import { listForeignRuns, runsFeed } from './runs-feed.ts';

export type LogServices = Pick<PlaceServices, 'state' | 'secrets' | 'runs'>;

/** The logs of one instance, with what our own runs said of it: see `mergeFeeds`. */
export async function openInstanceLogs(
  { state, secrets, runs }: LogServices,
  instance: Instance,
  feeds: readonly LogFeed[],
  query: LogQuery,
  signal: AbortSignal = new AbortController().signal,
): Promise<Readable> {
  // A log is read also while the secret store is locked: then OpenClaw's own redaction and the patterns have to do.
  const token = await createTokenKeeper(instance, state, secrets)
    .read()
    .catch(() => undefined);
  const foreign = await listForeignRuns(runs.dir, instance.id);
  const isOurs = ({ source, text }: LogEntry): boolean =>
    source !== 'audit' || !foreign.has(/\br-[0-9a-z]{9,20}-[0-9a-f]{8}\b/.exec(text)?.[0] ?? '');
  return mergeFeeds({
    feeds: [...feeds, runsFeed(runs.dir, instance.id)],
    query,
    signal,
    strike: createStriker(token === undefined ? [] : [token.reveal()]),
    isOurs,
  });
}
