import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOperationsBench, type OperationsBench } from '../../../test/lab/operations-bench.ts';
import { sampleInstance } from '../../../test/sample-instance.ts';
import { until } from '../../../test/until.ts';
import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { UsageReading } from '../links/usage-reading.ts';

const instance = sampleInstance();
const suspension = { at: '2026-11-21T10:00:00.000Z', by: 'person' as const, because: 'somebody asked' };

describe('a suspension by a guard', () => {
  const suspends = (): number => bench.log.filter((entry) => entry.did === 'suspend').length;
  const halts = (): number => bench.log.filter((entry) => entry.did === 'halt').length;
  const find = async (): Promise<Instance | undefined> => bench.state.instances.get(instance.id);
  let bench: OperationsBench;
  let problems: string[];
  let guards: AsyncDisposable;
  let other: AsyncDisposable | undefined;

  /** Watches, and sees it beyond its limit. */
  const exceed = async (): Promise<void> => {
    await bench.state.instances.put(instance.id, { ...instance, guard: { disk: { aboveBytes: 2 ** 20 } } });
    let tell: ((reading: UsageReading) => void) | undefined;
    guards = bench
      .open({
        watchUsage(_id, _wish, onReading) {
          tell = onReading;
          return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() });
        },
        onProblem: ({ code }) => problems.push(code),
        leaseAgainAfterMs: 50,
      })
      .guards.watch();
    await until(() => expect(tell).toBeDefined());
    tell?.({ at: 0, diskBytes: 2 ** 30 });
  };

  beforeEach(async () => {
    bench = await openOperationsBench(instance);
    problems = [];
    other = undefined;
  });
  afterEach(async () => {
    await guards[Symbol.asyncDispose]();
    await other?.[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  it('keeps it frozen while somebody else works on the machine, and makes it last as soon as it may', async () => {
    other = await bench.holdLease();
    await exceed();
    await until(() => expect(halts()).toBeGreaterThan(2));
    expect((await find())?.suspension).toMatchObject({ by: 'guard' });
    expect(suspends()).toBe(0);
    await other[Symbol.asyncDispose]();
    other = undefined;
    await until(() => expect(suspends()).toBe(1));
    expect(problems).toEqual([]);
  });

  it('lets go where a person has resumed it meanwhile', async () => {
    other = await bench.holdLease();
    await exceed();
    await until(() => expect(halts()).toBeGreaterThan(1));
    await bench.state.instances.put(instance.id, instance);
    await guards[Symbol.asyncDispose]();
    expect(await find()).toEqual(instance);
    expect(suspends()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('says that it got no further than freezing when its door is closed', async () => {
    other = await bench.holdLease();
    await exceed();
    await until(() => expect(halts()).toBeGreaterThan(1));
    await guards[Symbol.asyncDispose]();
    expect(suspends()).toBe(0);
    expect(problems).toEqual(['lease.held']);
  });

  it('says that it got no further than freezing where what follows fails', async () => {
    bench.failing = new AppError('host.connection-lost');
    await exceed();
    await until(() => expect(problems).toEqual(['host.connection-lost']));
    expect((await find())?.suspension).toMatchObject({ by: 'guard' });
  });

  it('leaves the rest to another door that was first', async () => {
    await bench[Symbol.asyncDispose]();
    bench = await openOperationsBench(instance, ({ instances }) =>
      instances.put(instance.id, { ...instance, suspension }),
    );
    await exceed();
    await until(() => expect(halts()).toBe(1));
    await guards[Symbol.asyncDispose]();
    expect(suspends()).toBe(0);
    expect(problems).toEqual([]);
  });
});
