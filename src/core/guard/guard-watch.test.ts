import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';
import type { Guard } from '../../shared/model/guard.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { UsageReading, UsageWish } from '../links/usage-reading.ts';
import { watchGuards } from './guard-watch.ts';
import { until } from '../../../test/until.ts';

const START = Date.parse('2026-09-20T12:00:00.000Z');
const CPU: Guard = { cpu: { abovePercent: 90, forSeconds: 10 } };
const suspension = { at: '2026-09-20T12:00:10.000Z', by: 'guard' as const, because: 'another door' };

describe('the guard', () => {
  let records: Instance[];
  let listeners: Set<() => void>;
  let open: Map<string, { wish: UsageWish; tell: (reading: UsageReading) => void }>;
  let suspended: [name: string, because: string][];
  let problems: AppError[];
  let failure: (() => AppError) | undefined;
  let doors: AsyncDisposable[];
  let isHeld: boolean;
  let waiting: boolean;

  const openDoor = (): AsyncDisposable => {
    const number = doors.length;
    const door = watchGuards({
      listInstances: () => Promise.resolve(records),
      onRecords(listener) {
        listeners.add(listener);
        return { [Symbol.dispose]: () => void listeners.delete(listener) };
      },
      watchUsage(id, wish, tell) {
        const key = `${id} ${String(number)}`;
        open.set(key, { wish, tell });
        return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve(void open.delete(key)) });
      },
      async suspend(instance, because, closing) {
        // Another door was first.
        if (isHeld) return;
        isHeld = true;
        suspended.push([instance.name, because]);
        await sleep(1);
        isHeld = false;
        if (failure !== undefined) throw failure();
        if (waiting) {
          write({ ...instance, suspension: { ...suspension, because } });
          await new Promise((resolve) => closing.addEventListener('abort', resolve, { once: true }));
          throw new AppError('lease.held');
        }
        write({ ...instance, suspension: { ...suspension, because } });
      },
      onProblem: (error) => problems.push(error),
      againAfterMs: 20,
    });
    doors.push(door);
    return door;
  };
  const write = (instance: Instance): void => {
    records = [...records.filter(({ id }) => id !== instance.id), instance];
    for (const listener of [...listeners]) listener();
  };
  const anId = (digit: string): string => `i-${digit.repeat(16)}`;
  const one = anInstance({ id: anId('1'), name: 'one', guard: CPU });
  const two = anInstance({ id: anId('2'), name: 'two', guard: { disk: { aboveBytes: 2 ** 20 } } });
  const burn = (instance: Instance, seconds: readonly number[]): void => {
    for (const second of seconds) {
      for (const [key, { tell }] of open) {
        if (key.startsWith(instance.id)) tell({ at: START + second * 1000, cpu: 1, diskBytes: 0 });
      }
    }
  };
  const watched = (): string[] => [...open.keys()].map((key) => key.slice(0, 18)).sort();

  beforeEach(() => {
    records = [one, two];
    listeners = new Set();
    open = new Map();
    [suspended, problems, doors] = [[], [], []];
    failure = undefined;
    isHeld = false;
    waiting = false;
  });
  afterEach(async () => {
    for (const door of doors) await door[Symbol.asyncDispose]();
    expect(open.size).toBe(0);
    expect(listeners.size).toBe(0);
  });

  it('watches those that have limits and run, and asks for no more than there are limits for', async () => {
    records.push(
      anInstance({ id: anId('3'), guard: {} }),
      anInstance({ id: anId('4') }),
      anInstance({ id: anId('5'), guard: CPU, phase: 'deploying' }),
      anInstance({ id: anId('6'), guard: CPU, suspension }),
    );
    openDoor();
    await until(() => expect(watched()).toEqual([one.id, two.id]));
    expect([...open.values()].map(({ wish }) => wish)).toEqual([
      { disk: false, requests: false },
      { disk: true, requests: false },
    ]);
  });

  it('suspends the one that is beyond its limits, says why, and watches it no more', async () => {
    openDoor();
    await until(() => expect(open.size).toBe(2));
    burn(one, [0, 5]);
    burn(two, [0, 5, 10, 15]);
    expect(suspended).toEqual([]);
    burn(one, [10, 15, 20]);
    await until(() => expect(watched()).toEqual([two.id]));
    expect(suspended).toEqual([['one', 'CPU above 90 % for 10 s']]);
    expect(problems).toEqual([]);
  });

  it('tells of a limit that is not watched, once, and goes on with the others', async () => {
    openDoor();
    await until(() => expect(open.size).toBe(2));
    const tell = [...open].find(([key]) => key.startsWith(one.id))?.[1].tell;
    const problem = new AppError('guard.unsupported');
    for (const second of [0, 5]) tell?.({ at: START + second * 1000, cpu: 1, problem });
    expect(problems).toEqual([problem]);
    tell?.({ at: START + 7_000, cpu: 1, requests: 3 });
    tell?.({ at: START + 10_000, cpu: 1, problem });
    expect(problems).toEqual([problem, problem]);
    tell?.({ at: START + 11_000, cpu: 1, problem });
    await until(() => expect(suspended).toEqual([['one', 'CPU above 90 % for 10 s']]));
  });

  it('begins with nothing in mind when it is resumed', async () => {
    openDoor();
    await until(() => expect(open.size).toBe(2));
    burn(one, [0, 5, 10]);
    await until(() => expect(watched()).toEqual([two.id]));
    write(one);
    await until(() => expect(watched()).toEqual([one.id, two.id]));
    burn(one, [11, 15, 20]);
    expect(suspended).toHaveLength(1);
    burn(one, [21]);
    await until(() => expect(suspended).toHaveLength(2));
  });

  it('watches other limits from the beginning, and none where they are taken away', async () => {
    openDoor();
    await until(() => expect(open.size).toBe(2));
    burn(one, [0, 5]);
    const before = open.get(`${one.id} 0`);
    write({ ...one, guard: { cpu: { abovePercent: 80, forSeconds: 10 } } });
    await until(() => expect(open.get(`${one.id} 0`)).not.toBe(before));
    expect(watched()).toEqual([one.id, two.id]);
    burn(one, [10, 15]);
    expect(suspended).toEqual([]);
    write({ ...one, guard: {} });
    await until(() => expect(watched()).toEqual([two.id]));
  });

  it('of two doors suspends once', async () => {
    openDoor();
    openDoor();
    await until(() => expect(open.size).toBe(4));
    burn(one, [0, 5, 10]);
    await until(() => expect(watched()).toEqual([two.id, two.id]));
    expect(suspended).toHaveLength(1);
  });

  it('says so where the record got further than the machine, and is quiet where there is none any more', async () => {
    openDoor();
    await until(() => expect(open.size).toBe(2));
    failure = () => {
      write({ ...one, suspension });
      return new AppError('host.connection-lost');
    };
    burn(one, [0, 5, 10]);
    await until(() => expect(problems.map(({ code }) => code)).toEqual(['host.connection-lost']));
    failure = () => {
      records = [];
      return new AppError('instance.unknown');
    };
    for (const { tell } of open.values()) tell({ at: START, diskBytes: 2 ** 30 });
    await until(() => expect(suspended).toHaveLength(2));
    await doors[0]?.[Symbol.asyncDispose]();
    expect(problems).toHaveLength(1);
  });

  it('watches others while a suspension waits for somebody else, and waits no longer when the door is closed', async () => {
    openDoor();
    await until(() => expect(open.size).toBe(2));
    waiting = true;
    burn(one, [0, 5, 10]);
    await until(() => expect(watched()).toEqual([two.id]));
    write({ ...one, id: anId('3') as typeof one.id, name: 'three' });
    await until(() => expect(watched()).toEqual([two.id, anId('3')]));
    await doors[0]?.[Symbol.asyncDispose]();
    expect(problems.map(({ code }) => code)).toEqual(['lease.held']);
  });

  it('says that it could not, and tries again with the next reading', async () => {
    openDoor();
    await until(() => expect(open.size).toBe(2));
    failure = () => new AppError('host.unreachable');
    burn(one, [0, 5, 10, 11, 12]);
    await until(() => expect(problems.map(({ code }) => code)).toEqual(['host.unreachable']));
    failure = undefined;
    await until(() => {
      burn(one, [13 + suspended.length]);
      expect(suspended.length).toBeGreaterThan(1);
    });
    await until(() => expect(watched()).toEqual([two.id]));
    expect(suspended).toHaveLength(2);
  });

  it('finishes what it has begun before the door is closed', async () => {
    const door = openDoor();
    await until(() => expect(open.size).toBe(2));
    burn(one, [0, 5, 10]);
    await door[Symbol.asyncDispose]();
    expect(records.find(({ id }) => id === one.id)?.suspension?.because).toBe('CPU above 90 % for 10 s');
  });
});
