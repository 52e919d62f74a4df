import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { anInstance } from '../cli/samples.ts';
import { createStateStore } from '../../src/core/state/state-store.ts';
import { instanceIdSchema } from '../../src/shared/model/ids.ts';
import { alertPolicySchema } from '../../src/shared/model/alert.ts';
import type { Measured } from './measure.ts';
import { readTreePssBytes } from './process-memory.ts';

/*
 * `hardshell watch` with 50 stopped instances of this computer, beside one that has none: what watching them costs.
 */

const INSTANCES = 50;
/** Until everything has been looked at once. */
const SETTLE_MS = 45_000;
const WATCHED_MS = 60_000;
/** Of the kernel's count, everywhere that we run. */
const TICKS_A_SECOND = 100;
const launcher = fileURLToPath(new URL('../../bin/hardshell', import.meta.url));

interface Cost {
  readonly bytes: number;
  readonly cpuMsAMinute: number;
}

export async function measureWatch(): Promise<Measured> {
  if (process.platform !== 'linux') return { skipped: 'memory and processor time are read from /proc' };
  const many = await watch(INSTANCES);
  const none = await watch(0);
  const kB = (bytes: number): number => Math.round(bytes / 1024);
  return {
    figures: [
      {
        title: `watch of ${String(INSTANCES)} stopped instances: memory`,
        value: kB(many.bytes),
        unit: 'kB',
        note: `of none ${String(kB(none.bytes))} kB; PSS, all processes`,
      },
      {
        title: `watch of ${String(INSTANCES)} stopped instances: processor a minute`,
        value: many.cpuMsAMinute,
        unit: 'ms',
        // two percent of one processor
        goal: { atMost: 1_200 },
        note: `of none ${String(none.cpuMsAMinute)} ms`,
      },
    ],
  };
}

async function watch(count: number): Promise<Cost> {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-bench-watch-'));
  try {
    const dataDir = join(dir, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    const onProblem = (error: Error): never => {
      throw error;
    };
    const state = createStateStore(dataDir, { onProblem, platform: process.platform });
    // Nobody is asked from here: neither the registry nor what is open.
    await state.alertPolicy.write({ policy: alertPolicySchema.parse({ off: ['update', 'exposure'] }) });
    for (let index = 0; index < count; index += 1) {
      const id = instanceIdSchema.parse(`i-${index.toString(16).padStart(16, '0')}`);
      const target = { kind: 'local' } as const;
      await state.instances.put(id, anInstance({ id, name: `idle-${String(index)}`, target, port: 20_000 + index }));
    }
    const env = { ...process.env, HOME: dir, HARDSHELL_DATA_DIR: dataDir, SSH_AUTH_SOCK: '' };
    const child = spawn(process.execPath, [launcher, 'watch', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    try {
      await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error('It has ended.')))]);
      await sleep(SETTLE_MS);
      const root = child.pid ?? 0;
      const before = await readTreeTicks(root);
      await sleep(WATCHED_MS);
      const ticks = (await readTreeTicks(root)) - before;
      return {
        bytes: await readTreePssBytes(root),
        cpuMsAMinute: Math.round((ticks * 1000 * 60_000) / (TICKS_A_SECOND * WATCHED_MS)),
      };
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Processor time of a process and all that it started, as far as they still run. */
async function readTreeTicks(root: number): Promise<number> {
  const stats = new Map<number, { readonly parent: number; readonly ticks: number }>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined);
    if (stat === undefined) continue;
    // the name in parentheses may hold anything
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    stats.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
  }
  const isOf = (pid: number): boolean => pid === root || (stats.has(pid) && isOf(stats.get(pid)?.parent ?? 0));
  return [...stats].filter(([pid]) => isOf(pid)).reduce((sum, [, { ticks }]) => sum + ticks, 0);
}
