import { afterEach, beforeEach, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import type { AlertKind } from '../../shared/model/alert.ts';
import { alertPolicySchema } from '../../shared/model/alert.ts';
import { createStateStore } from '../state/state-store.ts';
import { openAlertBook } from './alert-book.ts';
import type { Look } from './looks.ts';
import { Watcher } from './watcher.ts';

let folder: Awaited<ReturnType<typeof tempDataDir>>;
let watcher: Watcher;
let looked: string[];
let finish: (() => void)[];
let nowMs: number;

/** Due every second, and over when the test says so. */
const look = (kind: AlertKind, isSlow: boolean): Look => ({
  kinds: [kind],
  everyMs: 1000,
  needs: 'nothing',
  applies: () => true,
  look: async () => {
    looked.push(kind);
    if (isSlow) await new Promise<void>((resolve) => finish.push(resolve));
    return {};
  },
});
const pass = async (seconds: number): Promise<void> => {
  for (let second = 0; second < seconds; second += 1) {
    nowMs += 1000;
    await watcher.tick(alertPolicySchema.parse({}));
    await new Promise((resolve) => setImmediate(resolve)); // for what a look that is over has to write down
  }
};

beforeEach(async () => {
  folder = await tempDataDir();
  [looked, finish, nowMs] = [[], [], 1e12];
  const state = createStateStore(folder.path, {
    platform: process.platform,
    onProblem: (error) => {
      throw error;
    },
  });
  watcher = new Watcher({
    book: await openAlertBook(state.alerts, () => nowMs),
    looks: [look('disk', true), look('update', false), look('backup', false)],
    listInstances: () => Promise.resolve([anInstance()]),
    openLink: () => Promise.reject(new Error('Nobody is reached.')),
    readMarks: () => Promise.resolve({ exposure: {}, stopped: [], trouble: {} }),
    forgetStopped: () => Promise.resolve(),
    readRun: () => Promise.resolve(undefined),
    now: () => nowMs,
    onProblem: () => undefined,
  });
});
afterEach(async () => {
  for (const end of finish) end();
  await watcher[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

it('does not begin a look again that goes on, and leaves room for the others', async () => {
  await pass(6);
  expect(looked.filter((kind) => kind === 'disk')).toHaveLength(1);
  expect(looked.filter((kind) => kind === 'update').length).toBeGreaterThan(3);
  expect(looked.filter((kind) => kind === 'backup').length).toBeGreaterThan(3);
});

it('looks again once it is over', async () => {
  await pass(3);
  finish.shift()?.();
  await pass(2);
  expect(looked.filter((kind) => kind === 'disk')).toHaveLength(2);
});
