import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anInstance } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';
import { createTalk } from './gateway-talk.ts';

const stale = (): AppError =>
  new AppError('gateway.rpc', { details: { reason: 'config changed since last load; re-run config.get and retry' } });

/** A gateway of which only its config is there; `rivals` others write before us. */
function gateway(rivals: number) {
  let version = 1;
  let left = rivals;
  const patches: unknown[] = [];
  return {
    patches,
    call: (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
      if (method === 'config.get') return Promise.resolve({ hash: `h${String(version)}`, parsed: { seen: version } });
      if (left > 0) {
        left -= 1;
        version += 1;
      }
      if (params['baseHash'] !== `h${String(version)}`) return Promise.reject(stale());
      patches.push(JSON.parse(String(params['raw'])));
      return Promise.resolve({ ok: true });
    },
  };
}

describe('a change of the config', () => {
  it('is made again from what somebody else has written meanwhile', async () => {
    const fake = gateway(2);
    await createTalk(anInstance(), fake, undefined).patchConfig(({ seen }) => ({ from: seen }));
    expect(fake.patches).toEqual([{ from: 3 }]);
  });

  it('is given up when somebody else never stops', async () => {
    const fake = gateway(100);
    await expect(createTalk(anInstance(), fake, undefined).patchConfig(() => ({}))).rejects.toMatchObject({
      code: 'gateway.rpc',
    });
    expect(fake.patches).toEqual([]);
  });
});

it('an answer of another shape is an error that says which', async () => {
  const talk = createTalk(anInstance(), { call: () => Promise.resolve({ models: 'none' }) }, undefined);
  await expect(talk.ask(z.object({ models: z.array(z.string()) }), 'models.list')).rejects.toMatchObject({
    code: 'gateway.rpc',
    details: { method: 'models.list' },
  });
});
