import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../../../test/cli/samples.ts';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { createFakeHost } from '../../host/fake/fake-host.ts';
import { openFakeGateway, type FakeGateway } from '../../openclaw/fake/fake-gateway.ts';
import { testIdentity } from '../../openclaw/gateway-client.contract.ts';
import { readGatewayToken } from '../../openclaw/gateway-token.ts';
import { createTokenKeeper } from '../../places/token-keeper.ts';
import { createTokenRotation } from '../../places/token-rotation.ts';
import { buildTokenPlan } from '../../plans/token-plan.ts';
import { createMemorySecretStore } from '../../secrets/memory-secrets.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { createStateStore, type StateStore } from '../../state/state-store.ts';
import type { ApplyContext, Step } from '../step.ts';
import { planNewToken } from './token-steps.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const OLD = 'a1'.repeat(32);
const instance = anInstance();
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a change of the token', () => {
  let dir: string;
  let state: StateStore;
  let secrets: SecretStore;
  let gateway: FakeGateway;
  /** openclaw.json, which the fake gateway follows at once. */
  let text: string;
  let follows: boolean;
  let inForce: string;
  let restarts: number;
  let copied: string[];
  /** Files that name the old token, and do so for good. */
  let unwritable: string[];
  let notes: string[];

  const tokenIn = (config: string): string => {
    const found = readGatewayToken(config);
    return found?.kind === 'plain' ? found.token.reveal() : '';
  };
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-token-'));
    state = createStateStore(dir, { onProblem: () => undefined, platform: process.platform });
    secrets = createMemorySecretStore();
    const ref = await secrets.put(`gateway-token/${instance.id}`, new Secret(OLD));
    await state.instances.put(instance.id, { ...instance, token: ref });
    text = JSON.stringify({ gateway: { auth: { mode: 'token', token: OLD }, remote: { token: OLD } } });
    [follows, inForce, restarts, copied, unwritable, notes] = [true, OLD, 0, [], [], []];
    gateway = await openFakeGateway({
      get token() {
        return follows ? tokenIn(text) : inForce;
      },
    });
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  const rotation = () => createTokenRotation(instance, state, secrets, () => NOW_MS);
  const dial = (): Promise<Duplex> =>
    new Promise((resolve, reject) => {
      const stream = connect(gateway.port, '127.0.0.1', () => resolve(stream));
      stream.once('error', () => reject(new AppError('host.port-closed')));
    });
  const planSteps = (isNewWish = false): Step[] => {
    const own = rotation();
    const plan = planNewToken(own);
    const write: Step = {
      id: 'config',
      title: 'Write openclaw.json',
      facts: [],
      timeoutMs: 1000,
      check: async () => ((await plan(text)).changes.length > 0 ? needed('to be set') : satisfied('as it should')),
      apply: async () => {
        text = (await plan(text)).text;
      },
    };
    return buildTokenPlan({
      instance,
      rotation: own,
      door: {
        client: testIdentity,
        port: () => gateway.port,
        connect: dial,
        restart: () => {
          restarts += 1;
          follows = true;
          return Promise.resolve();
        },
      },
      copies: {
        read: () => Promise.resolve(unwritable.map((path) => ({ path, digests: [digestOf(OLD)] }))),
        write: (_context, token) => {
          copied.push(token.reveal());
          return Promise.resolve(unwritable);
        },
      },
      align: undefined,
      isNewWish,
      write,
    }).stages.flat();
  };
  const signal = new AbortController().signal;
  const context: ApplyContext = {
    read: () => Promise.reject(new Error('nothing is asked')),
    host: createFakeHost(),
    signal,
    change: () => Promise.reject(new Error('nothing is run')),
    changeOk: () => Promise.reject(new Error('nothing is run')),
    act: (_doing, work) => work(signal),
    note: (line) => void notes.push(line),
    progress: () => undefined,
  };
  /** As the runner: check, apply, check. @param until the step after which everything of ours dies */
  const run = async (until?: string, isNewWish = false): Promise<string[]> => {
    const applied: string[] = [];
    for (const step of planSteps(isNewWish)) {
      if ((await step.check(context)).is === 'needed') {
        await step.apply(context);
        applied.push(step.id);
        expect(await step.check(context)).toMatchObject({ is: 'satisfied' });
      }
      if (step.id === until) return applied;
    }
    return applied;
  };
  const read = async (): Promise<string> => (await createTokenKeeper(instance, state, secrets).read())?.reveal() ?? '';

  it('ends with the new one everywhere, and the old one forgotten', async () => {
    const former = (await state.instances.get(instance.id))?.token;
    expect(await run()).toEqual(['new-token', 'config', 'proof']);
    const token = await read();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(token).not.toBe(OLD);
    expect(JSON.parse(text)).toMatchObject({ gateway: { auth: { token }, remote: { token } } });
    const record = await state.instances.get(instance.id);
    expect(record?.rotation).toBeUndefined();
    await expect(secrets.get(former ?? { backend: 'memory', key: '' })).rejects.toMatchObject({
      code: 'secrets.missing',
    });
    // And once more: the places in the store take turns.
    await run();
    expect(await read()).not.toBe(token);
    expect(JSON.parse(text)).toMatchObject({ gateway: { auth: { token: await read() } } });
  });

  it.each(['new-token', 'config', 'copies'])('that was cut short after %s goes on with the same one', async (until) => {
    await run(until);
    const { next, token } = await rotation().read();
    const made = (next ?? token)?.reveal();
    expect(made).not.toBe(OLD);
    await run();
    expect(await read()).toBe(made);
    expect(tokenIn(text)).toBe(made);
    expect((await state.instances.get(instance.id))?.rotation).toBeUndefined();
  });

  it('that was cut short between the file and the store goes on; so does one that a deployment has met', async () => {
    await run('new-token');
    text = (await planNewToken(rotation())(text)).text;
    const made = tokenIn(text);
    await run();
    expect(await read()).toBe(made);

    await run('new-token');
    const next = (await rotation().read()).next;
    if (next === undefined) throw new Error('There is none.');
    text = (await planNewToken(rotation())(text)).text;
    // A deployment follows the machine, and knows nothing of a change.
    await createTokenKeeper(instance, state, secrets).keep(next);
    await run();
    expect(await read()).not.toBe(next.reveal());
    expect(tokenIn(text)).toBe(await read());
  });

  it.each(['config', 'copies'])(
    'that was cut short after %s long ago is ended, and does not swallow a new one',
    async (until) => {
      await run(until);
      const made = await read();
      expect(await run(undefined, true)).toEqual(['former-change', 'new-token', 'config', 'proof']);
      expect(await read()).not.toBe(made);
      expect(tokenIn(text)).toBe(await read());
      expect((await state.instances.get(instance.id))?.rotation).toBeUndefined();
    },
  );

  it('whose token came into force long ago, unknown to the record, is ended as well', async () => {
    await run('new-token');
    text = (await planNewToken(rotation())(text)).text;
    const made = tokenIn(text);
    await run(undefined, true);
    expect(tokenIn(text)).not.toBe(made);
    expect(await read()).toBe(tokenIn(text));
  });

  it('whose token has never come into force goes on with it, however old it is', async () => {
    follows = false;
    await run('config');
    const made = await read();
    setTimeout(() => (follows = true), 300);
    await run(undefined, true);
    expect(await read()).toBe(made);
  });

  it('is remembered with its time', async () => {
    await run('config');
    expect((await state.instances.get(instance.id))?.rotation).toMatchObject({
      is: 'former',
      at: new Date(NOW_MS).toISOString(),
    });
  });

  it('begins with nothing where the gateway does not answer, or takes none of ours', async () => {
    text = JSON.stringify({ gateway: { auth: { token: 'c3'.repeat(32) } } });
    await expect(run()).rejects.toMatchObject({ code: 'gateway.auth' });
    await gateway[Symbol.asyncDispose]();
    const [first] = planSteps();
    expect(await first?.check(context)).toMatchObject({ is: 'needed' });
    await expect(run()).rejects.toThrow();
    expect((await state.instances.get(instance.id))?.rotation).toBeUndefined();
    expect(await read()).toBe(OLD);
  });

  it('is proven also where a file cannot be written, and then names that file', async () => {
    unwritable = ['/etc/agent.env'];
    const failure: unknown = await run().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'token.left-over', details: { files: ['/etc/agent.env'] } });
    expect((await state.instances.get(instance.id))?.rotation).toBeUndefined();
    expect(copied).toEqual([await read()]);
    expect(await read()).not.toBe(OLD);
    expect(notes).toContainEqual(expect.stringContaining('/etc/agent.env'));
  });

  it('restarts a gateway that does not follow its file', async () => {
    follows = false;
    expect(await run('copies')).toEqual(['new-token', 'config']);
    const proof = planSteps().find(({ id }) => id === 'proof');
    const real = performance.now.bind(performance);
    // Half a minute goes by at once.
    let jumps = 0;
    performance.now = () => real() + jumps++ * 20_000;
    try {
      await proof?.apply(context);
    } finally {
      performance.now = real;
    }
    expect(restarts).toBe(1);
    expect((await state.instances.get(instance.id))?.rotation).toBeUndefined();
  });

  it('goes on where it was cut short before the gateway had followed its file', async () => {
    follows = false;
    await run('config');
    setTimeout(() => (follows = true), 300);
    await run();
    expect([await read(), tokenIn(text) === OLD, restarts]).toEqual([tokenIn(text), false, 0]);
  });
});
