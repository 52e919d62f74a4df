import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '../../../shared/app-error.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import type { LogEntry, LogSource } from '../../../shared/model/log.ts';
import type { ContainerEngine, EngineEvent, LogOptions } from '../../container-engine/container-engine.ts';
import type { ContainerLook } from '../../container-engine/container.ts';
import { PROXY } from '../../ingress/docker-proxy.ts';
import { labelNames, layoutContainer } from '../../openclaw/container-layout.ts';
import { isOfSite } from './caddy-site.ts';
import { isAborted, type LogFeed } from './log-feed.ts';
import { createTextParser, takeTime } from './parse-text.ts';
import { readLines } from './server-feed.ts';

/** Before a container that ended is looked for again. */
const LOOK_AGAIN_MS = 1_000;
/** What was written since it was read last. */
const REST_LINES = 50_000;

/** What a container of the instance, the engine and the proxy say. @param siteHost that visitors type */
export function containerFeeds(
  engine: ContainerEngine,
  instance: Instance,
  siteHost: string | undefined,
): readonly LogFeed[] {
  const { container } = layoutContainer(instance);
  return [
    outputFeed(engine, container, 'gateway', () => true),
    eventFeed(engine, instance, container),
    outputFeed(engine, PROXY, 'caddy', (text) => isOfSite(text, siteHost)),
  ];
}

function outputFeed(
  engine: ContainerEngine,
  container: string,
  source: LogSource,
  isOurs: (line: string) => boolean,
): LogFeed {
  return {
    sources: [source],
    async read({ lines, follow, since, until }, emit, signal) {
      let lastAt = since === undefined ? 0 : Date.parse(since);
      const parse = createTextParser(source, new Date().toISOString());
      const readOnce = async (most: number): Promise<void> => {
        // Of the moment that was read last nothing is told twice.
        const from = lastAt;
        const stream = await openOutput(engine, container, {
          follow,
          lines: most,
          timestamps: true,
          signal,
          ...(from === 0 ? {} : { since: from }),
          ...(until === undefined ? {} : { until: Date.parse(until) }),
        });
        if (stream === undefined) return;
        try {
          await readLines(stream, emit, signal, (line) => {
            const { at, rest } = takeTime(line);
            const entry = isOurs(rest) ? parse(rest) : undefined;
            const atMs = at === undefined ? Number.NaN : Date.parse(at);
            if (entry === undefined || (most === REST_LINES && atMs <= from)) return undefined;
            if (atMs > lastAt) lastAt = atMs;
            return { ...entry, at: at ?? entry.at };
          });
        } finally {
          stream.destroy();
        }
      };
      await readOnce(lines);
      await emit([]);
      // It ended, or is not there: it may come back, also as another one of the same name.
      while (follow && !signal.aborted) {
        await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
        if (isAborted(signal)) return;
        const look = await engine.containers.find(container, { signal });
        if (look?.state === 'running') await readOnce(REST_LINES);
      }
    },
  };
}

async function openOutput(engine: ContainerEngine, container: string, how: LogOptions): Promise<Readable | undefined> {
  try {
    return await engine.containers.logs(container, how);
  } catch (error) {
    // There is no proxy where nobody has asked for one, and no container after a removal.
    if (isAppError(error, 'container.gone') || isAppError(error, 'engine.not-found')) return undefined;
    throw error;
  }
}

/** The engine keeps no history: how the container stands, then what happens to it. */
function eventFeed(engine: ContainerEngine, instance: Instance, container: string): LogFeed {
  return {
    sources: ['service'],
    async read({ follow }, emit, signal) {
      const look = await engine.containers.find(container, { signal });
      if (look !== undefined) await emit(describeLook(look));
      if (!follow) return;
      const onEvent = (event: EngineEvent): void => {
        if (event.attributes['name'] !== container && instance.adopted !== undefined) return;
        const entry = describeEvent(event);
        if (entry !== undefined) void emit([entry]);
      };
      // An adopted container has no label of ours.
      const labels = instance.adopted === undefined ? { [labelNames.instance]: instance.id } : {};
      await engine.watch(labels, { onEvent, onGap: () => undefined }, signal);
    },
  };
}

/** Pure. */
export function describeLook(look: ContainerLook): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  const add = (at: string | undefined, level: LogEntry['level'], text: string): void => {
    const ms = at === undefined ? Number.NaN : Date.parse(at);
    // What has not happened yet the engine dates to the year 1.
    if (ms > 0) entries.push({ at: new Date(ms).toISOString(), source: 'service', level, text });
  };
  const restarts = look.restarts === 0 ? '' : `, restarted ${String(look.restarts)} times by the engine`;
  if (look.state === 'running' || look.state === 'paused') {
    add(look.startedAt, 'info', `Container ${look.name} started${restarts}.`);
    return entries;
  }
  add(look.startedAt, 'info', `Container ${look.name} started${restarts}.`);
  if (look.isOomKilled)
    add(look.endedAt, 'error', `Container ${look.name} was ended: it used more memory than it may.`);
  else if (look.exitCode !== undefined)
    add(
      look.endedAt,
      isFine(look.exitCode) ? 'info' : 'error',
      `Container ${look.name} ended with code ${String(look.exitCode)}.`,
    );
  return entries;
}

/** Undefined: no news for a person. Pure. */
export function describeEvent(event: EngineEvent): LogEntry | undefined {
  if (event.type !== 'container' || event.action.startsWith('exec_')) return undefined;
  const name = event.attributes['name'] ?? event.id.slice(0, 12);
  const code = event.attributes['exitCode'];
  const [text, level] = describeAction(event.action, name, code);
  return { at: new Date(event.at).toISOString(), source: 'service', level, text };
}

function describeAction(action: string, name: string, code: string | undefined): [string, LogEntry['level']] {
  switch (action) {
    case 'start':
      return [`Container ${name} started.`, 'info'];
    case 'die':
      return [`Container ${name} ended with code ${code ?? '?'}.`, isFine(Number(code)) ? 'info' : 'error'];
    case 'oom':
      return [`A process in container ${name} was ended: it used more memory than it may.`, 'error'];
    case 'health_status: unhealthy':
      return [`Container ${name}: unhealthy.`, 'warn'];
    default:
      return [`Container ${name}: ${action}.`, 'info'];
  }
}

/** 143: it was asked to end, and did. */
function isFine(code: number): boolean {
  return code === 0 || code === 143;
}
