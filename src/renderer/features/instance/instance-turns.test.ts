import { describe, expect, it, vi } from 'vitest';
import { CallError } from '../../client.ts';
import { fromCatalogue } from '../../client/call-error.ts';
import { createInstanceTurns } from './instance-turns.ts';

/** Work that ends when the test says so. */
function createWork(): {
  readonly work: () => Promise<void>;
  readonly begun: () => number;
  end(error?: Error): Promise<void>;
} {
  const ends: ((error?: Error) => void)[] = [];
  const work = vi.fn(
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
  );
  return {
    work,
    begun: () => work.mock.calls.length,
    async end(error) {
      ends.shift()?.(error);
      await new Promise((resolve) => void setTimeout(resolve, 0));
    },
  };
}

const lost = new CallError(fromCatalogue('door.connection-lost'));

describe('what is asked of one instance', () => {
  it('while it restarts is done after that, and is seen to wait', async () => {
    const turns = createInstanceTurns(() => undefined);
    const [restart, suspend] = [createWork(), createWork()];
    turns.ask('restart', restart.work);
    turns.ask('suspend', suspend.work);
    expect(turns.state.deeds).toEqual(['restart', 'suspend']);
    expect(suspend.begun()).toBe(0);
    await restart.end();
    expect(turns.state.deeds).toEqual(['suspend']);
    expect(suspend.begun()).toBe(1);
    await suspend.end();
    expect(turns.state.deeds).toEqual([]);
  });

  it('is done although what went on before it failed', async () => {
    const turns = createInstanceTurns(() => undefined);
    const [restart, suspend] = [createWork(), createWork()];
    turns.ask('restart', restart.work);
    turns.ask('suspend', suspend.work);
    await restart.end(lost);
    expect(suspend.begun()).toBe(1);
    expect(turns.state.failure).toMatchObject({ deed: 'restart', error: { code: 'door.connection-lost' } });
  });

  it('twice in a row is done once', async () => {
    const turns = createInstanceTurns(() => undefined);
    const restart = createWork();
    turns.ask('restart', restart.work);
    turns.ask('restart', restart.work);
    await restart.end();
    expect(restart.begun()).toBe(1);
  });

  it('that failed is done once more when it is tried again', async () => {
    const turns = createInstanceTurns(() => undefined);
    const restart = createWork();
    expect(turns.again).toBeUndefined();
    turns.ask('restart', restart.work);
    await restart.end(lost);
    turns.again?.();
    expect(turns.state).toEqual({ deeds: ['restart'], failure: undefined });
    expect(restart.begun()).toBe(2);
    await restart.end();
    expect(turns.again).toBeUndefined();
  });
});

describe('a look at an instance', () => {
  it('does not hold up what a person asks for, and is left out while anything goes on', async () => {
    const turns = createInstanceTurns(() => undefined);
    const [look, stop] = [createWork(), createWork()];
    turns.look(look.work);
    turns.ask('stop', stop.work);
    turns.look(look.work);
    expect(turns.state.deeds).toEqual(['look', 'stop']);
    await look.end();
    await stop.end();
    expect(look.begun()).toBe(1);
    expect(stop.begun()).toBe(1);
  });

  it('keeps the failure of what a person asked for, and replaces its own', async () => {
    const turns = createInstanceTurns(() => undefined);
    const [look, stop] = [createWork(), createWork()];
    turns.look(look.work);
    await look.end(lost);
    expect(turns.state.failure?.deed).toBe('look');
    turns.ask('stop', stop.work);
    expect(turns.state.failure).toBeUndefined();
    await stop.end(lost);
    turns.look(look.work);
    await look.end();
    expect(turns.state.failure?.deed).toBe('stop');
    turns.ask('look', look.work);
    expect(turns.state.failure).toBeUndefined();
    turns.forgetFailure();
  });
});
