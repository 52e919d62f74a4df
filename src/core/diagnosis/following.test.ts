import { describe, expect, it } from 'vitest';
import { container } from '../../../test/diagnosis/recorded.ts';
import { AppError } from '../../shared/app-error.ts';
import { needed, satisfied } from '../../shared/model/run.ts';
import type { ApplyContext, Step } from '../steps/step.ts';
import type { Evidence } from './evidence.ts';
import { followedStep, isUp, settledStep } from './following.ts';
import type { Ward } from './ward.ts';

type Life = 'up' | 'starting' | 'down' | 'refuses';

/** A gateway that goes from one life to the next whenever somebody looks at it. */
function gateway(...lives: [Life, ...Life[]]) {
  const did: string[] = [];
  let now: Life = lives[0];
  const evidence = (): Evidence => {
    now = lives.shift() ?? now;
    const state = now === 'down' ? 'exited' : 'running';
    return { ...container, container: { found: { state }, orphans: [] } } as unknown as Evidence;
  };
  const ready = {
    check: () => {
      if (now === 'refuses') return Promise.reject(new AppError('gateway.auth'));
      return Promise.resolve(now === 'up' ? satisfied('it answers') : needed('it does not'));
    },
    apply: () => {
      did.push('wait');
      return now === 'down' ? Promise.reject(new AppError('gateway.not-ready')) : Promise.resolve();
    },
  } as unknown as Step;
  const ward = {
    read: () => Promise.resolve(evidence()),
    applies: { start: [{ timeoutMs: 1, apply: () => Promise.resolve(void did.push('start')) }] },
  } as unknown as Ward;
  const context = { signal: new AbortController().signal, note: () => undefined } as unknown as ApplyContext;
  return { ward, ready, context, did };
}

describe('a gateway whose file is about to be written', () => {
  it.each<[Life, string]>([
    ['up', 'satisfied'],
    ['down', 'satisfied'],
    ['refuses', 'satisfied'],
    ['starting', 'needed'],
  ])('that is %s: waiting for it is %s', async (life, is) => {
    const { ward, ready, context } = gateway(life);
    expect((await settledStep(ward, ready).check(context)).is).toBe(is);
  });

  it('is given its time, and no more where it does not come up', async () => {
    const { ward, ready, context, did } = gateway('starting', 'down');
    const step = settledStep(ward, ready);
    await ward.read(context.signal);
    await step.apply(context);
    expect(did).toEqual(['wait']);
    expect((await step.check(context)).is).toBe('satisfied');
  });
});

describe('a gateway whose file was written', () => {
  const follow = async (...lives: [Life, ...Life[]]): Promise<string[]> => {
    const { ward, ready, context, did } = gateway(...lives);
    const step = followedStep(ward, ready, { firstLookMs: 0, lookEveryMs: 1 });
    expect((await step.check(context)).is).toBe('needed');
    await step.apply(context);
    expect((await step.check(context)).is).toBe('satisfied');
    return did;
  };

  it('is waited for', async () => {
    expect(await follow('starting', 'starting', 'up')).toEqual([]);
  });

  it('may refuse us until it has', async () => {
    expect(await follow('refuses', 'starting', 'up')).toEqual([]);
  });

  it('is started once more where it gave up', async () => {
    expect(await follow('starting', 'down', 'starting', 'up')).toEqual(['start']);
  });

  it('fails the repair where it gives up again', async () => {
    await expect(follow('down', 'starting', 'down')).rejects.toMatchObject({ code: 'gateway.not-ready' });
  });

  it('is up by what its place says', () => {
    expect(isUp(container)).toBe(container.container?.found?.state === 'running');
  });
});
