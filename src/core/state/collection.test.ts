import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AppError } from '../../shared/app-error.ts';
import { createCollection, type Collection } from './collection.ts';

interface Counter {
  readonly count: number;
}
const versioned = {
  version: 2,
  schema: z.strictObject({ count: z.int() }),
  migrations: { 1: ({ n }: Readonly<Record<string, unknown>>) => ({ count: n }) },
};

let parent = '';
let dir = '';
let problems: AppError[] = [];
let counters: Collection<Counter>;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'hardshell-state-'));
  dir = join(parent, 'counters');
  problems = [];
  counters = createCollection({
    dir,
    versioned,
    clock: () => Date.UTC(2026, 10, 21, 1, 2, 3, 4),
    onProblem: (error) => problems.push(error),
  });
});
afterEach(() => rm(parent, { recursive: true, force: true }));

/** Another process that has the same collection open as `counters`. */
function start(body: string): { child: ReturnType<typeof spawn>; ended: Promise<number | null> } {
  const script = `import { createCollection } from ${JSON.stringify(new URL('./collection.ts', import.meta.url).href)};
    import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
    const counters = createCollection({ dir: ${JSON.stringify(dir)}, clock: Date.now, onProblem: (error) => { throw error; },
      versioned: { version: 2, schema: z.looseObject({ count: z.int() }), migrations: {} } });
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

describe('a collection', () => {
  it('is empty before anything was written, and looking makes no folder', async () => {
    expect(await counters.list()).toEqual([]);
    expect(await counters.get('a')).toBeUndefined();
    expect(await readdir(parent)).toEqual([]);
  });

  it('puts, gets, updates, lists and removes', async () => {
    await counters.put('b', { count: 2 });
    await counters.put('a', { count: 1 });
    expect(await counters.update('a', (old) => ({ count: (old?.count ?? 0) + 10 }))).toEqual({ count: 11 });
    expect(await counters.update('c', (old) => ({ count: old === undefined ? 3 : -1 }))).toEqual({ count: 3 });
    expect(await counters.get('a')).toEqual({ count: 11 });
    expect(await counters.list()).toEqual([{ count: 11 }, { count: 2 }, { count: 3 }]);
    expect(await counters.remove('b')).toBe(true);
    expect(await counters.remove('b')).toBe(false);
    expect((await readdir(dir)).toSorted()).toEqual(['a.json', 'c.json']);
    expect((await stat(join(dir, 'a.json'))).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
  });

  it('leaves a record as it was when its change throws', async () => {
    await counters.put('a', { count: 1 });
    const broken = counters.update('a', () => {
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await counters.get('a')).toEqual({ count: 1 });
  });

  it('reads an older record and writes it in the newer form', async () => {
    await counters.put('b', { count: 0 });
    await writeFile(join(dir, 'a.json'), '{"v":1,"n":5}');
    expect(await counters.get('a')).toEqual({ count: 5 });
    await counters.update('a', (old) => ({ count: (old?.count ?? 0) + 1 }));
    expect(JSON.parse(await readFile(join(dir, 'a.json'), 'utf8'))).toEqual({ v: 2, count: 6 });
  });

  it('sets a corrupt record aside, says so once, and never overwrites it', async () => {
    await counters.put('b', { count: 2 });
    await writeFile(join(dir, 'a.json'), '{"v":2,"cou');
    expect(await counters.list()).toEqual([{ count: 2 }]);
    const aside = join(dir, 'a.json.corrupt-20261121T010203004Z');
    expect(problems.map((error) => [error.code, error.details])).toEqual([
      ['state.corrupt', { path: aside, because: 'The file is not JSON.' }],
    ]);
    expect(await readFile(aside, 'utf8')).toBe('{"v":2,"cou');
    expect(await counters.list()).toEqual([{ count: 2 }]);
    expect(problems).toHaveLength(1);
  });

  it.each(['get', 'put', 'update'] as const)('keeps the content of a corrupt record on %s', async (call) => {
    await counters.put('b', { count: 2 });
    await writeFile(join(dir, 'a.json'), 'broken');
    const calls = {
      get: () => counters.get('a'),
      put: () => counters.put('a', { count: 1 }),
      update: () => counters.update('a', () => ({ count: 1 })),
    };
    const done = calls[call]();
    if (call === 'put') await done;
    else await expect(done).rejects.toMatchObject({ code: 'state.corrupt' });
    expect(await readFile(join(dir, 'a.json.corrupt-20261121T010203004Z'), 'utf8')).toBe('broken');
    expect(await counters.get('a')).toEqual(call === 'put' ? { count: 1 } : undefined);
  });

  it('leaves a record of a newer Hardshell alone', async () => {
    await counters.put('b', { count: 2 });
    const text = '{"v":3,"total":7}';
    await writeFile(join(dir, 'a.json'), text);
    const newer = { code: 'state.newer' };
    await expect(counters.get('a')).rejects.toMatchObject(newer);
    await expect(counters.put('a', { count: 1 })).rejects.toMatchObject(newer);
    await expect(counters.update('a', () => ({ count: 1 }))).rejects.toMatchObject(newer);
    expect(await counters.list()).toEqual([{ count: 2 }]);
    expect(problems).toMatchObject([newer]);
    expect(await readFile(join(dir, 'a.json'), 'utf8')).toBe(text);
  });

  it.each(['', '.', '..', 'a/b', '../a', 'A', 'a.b', 'a\\b', 'ä', '-', 'a\0'])(
    'takes no key that is not an id: %j',
    async (id) => {
      await expect(counters.put(id, { count: 1 })).rejects.toThrow(TypeError);
      await expect(counters.get(id)).rejects.toThrow(TypeError);
    },
  );

  it('tells those who watch of a change by any process, once for a burst, until disposed', async () => {
    let told = 0;
    const watch = await counters.watch(() => (told += 1));
    try {
      const { ended } = start(`await counters.put('a', { count: 1 });`);
      expect(await ended).toBe(0);
      await expect.poll(() => told).toBeGreaterThan(0);
      await sleep(200);
      told = 0;
      for (let count = 0; count < 5; count += 1) await counters.put('a', { count });
      await sleep(300);
      expect(told).toBeGreaterThan(0);
      // Each write is several changes of the folder.
      expect(told).toBeLessThanOrEqual(5);
    } finally {
      watch[Symbol.dispose]();
    }
    told = 0;
    await counters.put('a', { count: 9 });
    await sleep(200);
    expect(told).toBe(0);
  });

  it('lets work on several records be done by one at a time', async () => {
    const take = (id: string): Promise<boolean> =>
      counters.exclusively(async () => {
        if ((await counters.list()).length > 0) return false;
        await counters.put(id, { count: 1 });
        return true;
      });
    expect((await Promise.all(['a', 'b', 'c'].map(take))).filter(Boolean)).toHaveLength(1);
    expect(await counters.list()).toHaveLength(1);
  });
});

describe('processes that share a collection', () => {
  it('lose nothing when two update one record 200 times each', async () => {
    const body = `for (let i = 0; i < 200; i++) await counters.update('a', (old) => ({ count: (old?.count ?? 0) + 1 }));`;
    expect(await Promise.all([start(body).ended, start(body).ended])).toEqual([0, 0]);
    expect(await counters.get('a')).toEqual({ count: 400 });
    expect(await readdir(dir)).toEqual(['a.json']);
  }, 60_000);

  it('never leave a truncated record or a stuck lock when one is killed in the middle of a write', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { child, ended } = start(`const pad = 'x'.repeat(300_000);
        for (let i = 0; ; i++) { await counters.update('a', (old) => ({ count: (old?.count ?? 0) + 1, pad })); if (i === 0) console.log('on'); }`);
      if (child.stdout !== null) await once(child.stdout, 'data');
      await sleep(5 + round * 6);
      child.kill('SIGKILL');
      await ended;
      const text = await readFile(join(dir, 'a.json'), 'utf8');
      expect((JSON.parse(text) as { pad: string }).pad).toHaveLength(300_000);
      const before = (JSON.parse(text) as Counter).count;
      const after = start(`await counters.update('a', (old) => ({ ...old, count: old.count + 1 }));`);
      expect(await after.ended).toBe(0);
      expect((JSON.parse(await readFile(join(dir, 'a.json'), 'utf8')) as Counter).count).toBe(before + 1);
    }
    expect((await readdir(dir)).filter((name) => name.includes('corrupt'))).toEqual([]);
  }, 60_000);
});
