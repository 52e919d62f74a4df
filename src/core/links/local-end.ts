import { statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ShellSession } from '../api-link.ts';
import type { CoreDeps } from '../api-deps.ts';
import type { TerminalSize } from '../host/host.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import { listLocalFeeds } from '../places/logs/place-feeds.ts';
import { lookAtLocal } from '../places/local-look.ts';
import { layoutLocal, localEnvironment, type LocalLayout } from '../steps/local/local-layout.ts';
import { buildToolEnvironment } from '../steps/local/openclaw-package.ts';
import { askLocalHandOff } from '../supervisor/local-control.ts';
import type { GatewayStatus } from '../supervisor/definition.ts';
import { createSupervisorAccess } from '../supervisor/supervise.ts';
import type { LinkEnd } from './link-end.ts';
import { watchLocalUsage } from './local-usage.ts';
import { READING_INTERVAL_S, type Reading } from './metric-reading.ts';

/** Before a supervisor that went away is looked for again. */
const LOOK_AGAIN_MS = 2_000;

/** An instance on this computer: the supervisor's word, and programs in the environment of its gateway. */
export async function openLocalEnd(instance: Instance, deps: CoreDeps): Promise<LinkEnd> {
  const layout = layoutLocal(deps.dataDir, instance, deps.platform);
  const supervisor = createSupervisorAccess({ deps });
  const host = await openLocalHost({ env: buildToolEnvironment(layout, deps.env) });

  const watchGateway = async (onChange: () => void, signal: AbortSignal): Promise<void> => {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!signal.aborted) {
      await using running = await supervisor.find();
      if (running !== undefined) {
        await running.watch(({ gateway }) => {
          if (gateway.id === instance.id) onChange();
        });
        await Promise.race([running.closed, aborted]);
        onChange();
      }
      await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    host,
    look: () => lookAtLocal(instance, { deps }),
    watchGateway,
    readMetrics: (onReading, signal) => readLocalMetrics(deps.dataDir, onReading, signal),
    watchUsage(wish, onReading, signal) {
      const ask = async (): Promise<GatewayStatus | undefined> => {
        await using running = await supervisor.find();
        return (await running?.call('status', { gateway: instance.id })) ?? undefined;
      };
      const { stateDir } = layout;
      return watchLocalUsage({ platform: deps.platform, stateDir, look: ask }, wish, onReading, signal);
    },
    openShell: (size) => openLocalShell(layout, deps, size),
    logFeeds: (current) => listLocalFeeds(current, deps),
    askHandOff: (signal) => askLocalHandOff(host, { ...layout, env: localEnvironment(layout) }, signal),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** By Node.js itself, which knows every system; no program runs for it. */
async function readLocalMetrics(
  path: string,
  onReading: (reading: Reading) => void,
  signal: AbortSignal,
): Promise<void> {
  // It takes two readings to tell how busy processors are: the first one comes soon.
  for (let pauseMs = 1000; !signal.aborted; pauseMs = READING_INTERVAL_S * 1000) {
    const { bsize, blocks, bfree } = await statfs(path);
    const times = cpus().map((cpu) => cpu.times);
    onReading({
      cpuTotal: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
      cpuIdle: times.reduce((sum, { idle }) => sum + idle, 0),
      memoryUsedBytes: totalmem() - freemem(),
      memoryTotalBytes: totalmem(),
      diskUsedBytes: bsize * (blocks - bfree),
      diskTotalBytes: bsize * blocks,
    });
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The person's own shell, with this instance's `openclaw` and its Node.js first on the PATH. */
async function openLocalShell(layout: LocalLayout, deps: CoreDeps, size: TerminalSize): Promise<ShellSession> {
  if (deps.openPty === undefined) throw new AppError('shell.unavailable');
  return deps.openPty({
    argv: chooseShell(deps),
    env: { ...buildToolEnvironment(layout, deps.env), ...localEnvironment(layout), TERM: 'xterm-256color' },
    cwd: deps.homeDir,
    size,
  });
}

/**
 * A login shell where terminals of that system start one, and nowhere else: Debian's would set the PATH anew. Pure.
 */
export function chooseShell({ platform, env }: Pick<CoreDeps, 'platform' | 'env'>): readonly [string, ...string[]] {
  if (platform === 'win32') return [env['COMSPEC'] ?? env['ComSpec'] ?? 'cmd.exe'];
  if (platform === 'darwin') return [env['SHELL'] ?? '/bin/zsh', '-l'];
  return [env['SHELL'] ?? '/bin/sh'];
}
