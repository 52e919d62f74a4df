import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sampleInstance } from '../../../test/sample-instance.ts';
import { until } from '../../../test/until.ts';
import { AppError } from '../../shared/app-error.ts';
import { watchDue, type DueWatch } from './due-watch.ts';

const first = sampleInstance({ phase: 'deployed' });
const second = sampleInstance({ id: 'i-fedcba9876543210', name: 'writing', phase: 'deployed' });

it('what cannot be read of one instance keeps no other waiting, and is said once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-due-'));
  const problems: AppError[] = [];
  const made: string[] = [];
  let looks = 0;
  const watch: DueWatch = {
    listInstances: () => Promise.resolve([first, second]),
    lockFileOf: (id) => join(dir, `${id}.lock`),
    now: () => 0,
    onProblem: (error) => problems.push(error),
    lookEveryMs: 5,
  };
  const watching = watchDue(watch, {
    isDue({ id }) {
      if (id === first.id) return Promise.reject(new AppError('state.corrupt'));
      looks += 1;
      return Promise.resolve(made.length === 0);
    },
    doIfDue: ({ name }) => Promise.resolve(void made.push(name)),
  });
  try {
    await until(() => expect([made, looks > 3]).toEqual([['writing'], true]));
    expect(problems.map(({ code }) => code)).toEqual(['state.corrupt']);
  } finally {
    await watching[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  }
});
