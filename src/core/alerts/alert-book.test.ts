import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { createStateStore, type StateStore } from '../state/state-store.ts';
import { alertIdOf, forgetAlerts, openAlertBook, type AlertBook } from './alert-book.ts';
import { off, on } from './verdict.ts';

const instance = anInstance({});
const id = alertIdOf({ instanceId: instance.id, kind: 'exposure' });

describe('the book of alerts', () => {
  let folder: Awaited<ReturnType<typeof tempDataDir>>;
  let state: StateStore;
  let book: AlertBook;
  beforeEach(async () => {
    folder = await tempDataDir();
    state = createStateStore(folder.path, {
      platform: process.platform,
      onProblem: (error) => {
        throw error;
      },
    });
    book = await openAlertBook(state.alerts, () => Date.parse('2026-09-20T12:00:00Z'));
    await judged('The gateway: it answers everybody.', ['gateway']);
    await state.alerts.update(id, (old) => ({ ...(old as Alert), told: { fired: ['webhook'], cleared: [] } }));
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  const judged = (because: string, about: readonly string[]): Promise<void> =>
    book.judge(instance, 'exposure', on('bad', because, about));
  const record = async (): Promise<Alert | undefined> => state.alerts.get(id);

  it('keeps what has been told where the same is said in other words', async () => {
    await judged('The gateway: it answers everybody, and is starting.', ['gateway']);
    expect(await record()).toMatchObject({
      because: expect.stringContaining('starting') as string,
      about: ['gateway'],
    });
    expect((await record())?.told).toEqual({ fired: ['webhook'], cleared: [] });
  });

  it('tells of another one beside it, and not of the one that is left when that has closed', async () => {
    await judged('The gateway: it answers everybody. And 1 more.', ['gateway', 'port-9000']);
    expect((await record())?.told.fired).toEqual([]);
    await state.alerts.update(id, (old) => ({ ...(old as Alert), told: { fired: ['webhook'], cleared: [] } }));
    await judged('The gateway: it answers everybody.', ['gateway']);
    expect(await record()).toMatchObject({ about: ['gateway'], told: { fired: ['webhook'] } });
    await judged('The gateway: it answers everybody. And 1 more.', ['gateway', 'port-9000']);
    expect((await record())?.told.fired).toEqual([]);
  });

  it('knows which ones it is about also where an older program has written it', async () => {
    await state.alerts.update(id, (old) => {
      const without = { ...(old as Alert) };
      delete without.about;
      return without;
    });
    book = await openAlertBook(state.alerts, () => Date.parse('2026-09-20T12:05:00Z'));
    await judged('The gateway: it answers everybody still.', ['gateway']);
    expect(await record()).toMatchObject({ about: ['gateway'], told: { fired: ['webhook'] } });
  });

  it('says that it is over once', async () => {
    await book.judge(instance, 'exposure', off);
    expect((await record())?.clearedAt).toBe('2026-09-20T12:00:00.000Z');
    expect(book.isOn(instance.id, 'exposure')).toBe(false);
  });

  it('is rid of those of an instance, and of no other', async () => {
    await forgetAlerts(state.alerts, ({ instanceId }) => instanceId !== instance.id);
    expect(await record()).toBeDefined();
    await forgetAlerts(state.alerts, ({ instanceId }) => instanceId === instance.id);
    expect(await state.alerts.list()).toEqual([]);
  });
});
