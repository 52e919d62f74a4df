import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { abortError } from '../host/abort.ts';
import type { ContainerEngine, EngineEvent, Labels } from './container-engine.ts';
import { labelFilter } from './dockerode-containers.ts';
import type { EngineClient } from './engine-client.ts';
import { isAborted } from './dockerode-streams.ts';
import { followJsonLines } from './json-lines.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Without the processes that are started in containers: each of their health checks would be three events. */
const actions = [
  ...['create', 'start', 'restart', 'stop', 'die', 'oom', 'pause', 'unpause', 'destroy', 'rename', 'update'],
  ...['health_status', 'connect', 'disconnect', 'pull', 'tag', 'untag', 'delete'],
];

interface EventLine {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Labels };
  readonly time?: number;
  readonly timeNano?: number;
}

/** Follows what an engine tells; when it does not answer any more, until it answers again. */
export async function watchEvents(
  client: EngineClient,
  labels: Labels,
  listener: Parameters<ContainerEngine['watch']>[1],
  signal: AbortSignal,
): Promise<void> {
  const seen = new SeenEvents();
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    if (isAborted(signal)) return;
    try {
      const source = await open(client, labels, seen.since, signal);
      pauseMs = FIRST_PAUSE_MS;
      listener.onGap();
      await followJsonLines(source, signal, (line) => {
        const event = line as EventLine;
        if (seen.isNew(event)) listener.onEvent(readEvent(event));
        return undefined;
      });
    } catch {
      // Whatever ended it: either nobody listens any more, or it is tried again.
    }
    if (isAborted(signal)) return;
    if (client.closed.aborted) throw abortError(client.closed);
    // A pause that is cut short goes round the loop, which looks at why.
    await wait(pauseMs, undefined, { signal: AbortSignal.any([signal, client.closed]) }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

function open(client: EngineClient, labels: Labels, since: string | undefined, signal: AbortSignal): Promise<Readable> {
  const filters = { label: labelFilter(labels), event: actions };
  return client.stream({ what: 'engine', name: '' }, { effect: 'read', signal }, (abortSignal) =>
    client.docker.getEvents({ filters, ...(since === undefined ? {} : { since: since as never }), abortSignal }),
  );
}

export function readEvent(line: EventLine): EngineEvent {
  return {
    type: line.Type ?? '',
    action: line.Action ?? '',
    id: line.Actor?.ID ?? '',
    attributes: line.Actor?.Attributes ?? {},
    at: line.timeNano === undefined ? (line.time ?? 0) * 1000 : Math.floor(line.timeNano / 1e6),
  };
}

/** Where the telling goes on after a break. An engine repeats the events of the moment that it is asked from. */
export class SeenEvents {
  #seconds = 0;
  /** Of the newest second, so that what comes again is known. */
  readonly #ofSecond = new Set<string>();

  /** Seconds since 1970, as the engine takes it. Undefined: from now on. */
  get since(): string | undefined {
    return this.#seconds === 0 ? undefined : String(this.#seconds);
  }

  isNew(event: EventLine): boolean {
    const seconds = event.time ?? 0;
    const key = [event.timeNano, event.Type, event.Action, event.Actor?.ID].join(' ');
    if (seconds < this.#seconds || this.#ofSecond.has(key)) return false;
    if (seconds > this.#seconds) {
      this.#seconds = seconds;
      this.#ofSecond.clear();
    }
    this.#ofSecond.add(key);
    return true;
  }
}
