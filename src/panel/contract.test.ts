import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNumbered, isValidCall, randomMessage } from '../../test/panel/random-calls.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';
import { MARKER, TOKEN, createPanelCore } from '../../test/panel/fake-core.ts';
import { AppError } from '../shared/app-error.ts';
import { callNames } from '../shared/contract/contract.ts';
import { fromDoorSchema, type FromDoor } from '../shared/contract/wire.ts';
import { Secret } from '../shared/secret.ts';
import { handlers } from './handlers/table.ts';

const RANDOM_CALLS = 10_000;
const BATCH = 100;
const ID = 'i-0123456789abcdef';

describe('the panel', () => {
  it('has exactly one handler for each call of the contract', () => {
    expect(Object.keys(handlers).sort()).toEqual([...callNames].sort());
  });

  it('takes 10 000 random calls: none crashes it, none passes that the contract does not know', async () => {
    const { panel } = openTestPanel({}, { copySecret: () => Promise.resolve() });
    const heard = new Map<number, FromDoor>();
    const session = panel.openSession({
      send(message) {
        const parsed = fromDoorSchema.parse(message);
        if (parsed.type !== 'event') heard.set(parsed.id, parsed);
      },
      sendBytes: () => undefined,
    });
    const sent = fc.sample(randomMessage, { numRuns: RANDOM_CALLS, seed: 7 });
    let [answered, refused, dropped, asked] = [0, 0, 0, 0];
    for (let from = 0; from < sent.length; from += BATCH) {
      const batch = sent.slice(from, from + BATCH).map((message, index) => ({
        id: from + index + 1,
        message: isNumbered(message) ? { ...message, id: from + index + 1 } : message,
      }));
      for (const { message } of batch) session.receive(message);
      const numbered = batch.filter(
        ({ message, id }) => isNumbered({ ...(message as object), id: 0 }) && (message as { id?: unknown }).id === id,
      );
      asked += numbered.length;
      await expect.poll(() => numbered.every(({ id }) => heard.has(id)), { timeout: 20_000, interval: 1 }).toBe(true);
      for (const { id, message } of numbered) {
        const reply = heard.get(id);
        if (isValidCall(message)) {
          answered += 1;
          if (reply?.type === 'refusal') expect(reply.error.code).not.toBe('internal.bug');
        } else {
          refused += 1;
          expect(reply, JSON.stringify(message)).toMatchObject({ type: 'refusal', error: { code: 'usage.invalid' } });
        }
      }
      session.receiveBytes(new Uint8Array(from % 9).fill(from));
    }
    dropped = session.dropped;
    expect(asked).toBeGreaterThan(RANDOM_CALLS / 2);
    // Both kinds were there in numbers, or nothing was tested.
    expect(Math.min(answered, refused)).toBeGreaterThan(RANDOM_CALLS / 10);
    expect(dropped).toBeGreaterThan(10);
    await session[Symbol.asyncDispose]();
    await panel[Symbol.asyncDispose]();
  }, 120_000);

  it.each([
    [
      'deployment.preview',
      { draftId: 'd-abcdefgh', spec: { name: 'x', target: { kind: 'ssh', host: '-o' } } },
      'input.spec.target.host',
    ],
    ['secret.reveal', { instanceId: ID, confirmed: false }, 'input.confirmed'],
    ['secret.reveal', undefined, 'input'],
    ['no.suchCall', {}, 'call'],
  ])('refuses %s %j and names %s', async (name, input, path) => {
    const error = await openTestPanel().connect().refused(name, input);
    expect(error).toMatchObject({ code: 'usage.invalid', details: { path } });
  });

  it('lets no answer out that is not as the contract says, and logs where', async () => {
    const core = createPanelCore();
    const odd = { ...core, ssh: { hosts: () => Promise.resolve([{ alias: 7 as never }]) } };
    const door = openTestPanel({}, {}, odd);
    expect(await door.connect().refused('server.sshHosts', {})).toMatchObject({ code: 'internal.bug' });
    expect(door.logged).toMatchObject([{ level: 'error', details: { path: 'output.0.alias' } }]);
  });

  it('refuses the 201st call that is under way', async () => {
    const core = createPanelCore();
    const slow = { ...core, ssh: { hosts: () => new Promise<never>(() => undefined) } };
    const client = openTestPanel({}, {}, slow).connect();
    for (let count = 0; count < 200; count += 1) void client.call('server.sshHosts', {});
    expect(await client.refused('app.info', {})).toMatchObject({ code: 'usage.invalid' });
  });

  it('says no secret, in no message but the reply to secret.reveal', async () => {
    const failure = new AppError('host.auth-failed', {
      message: `The server says: wrong password ${MARKER}-ssh`,
      details: { token: new Secret(TOKEN), lines: [`sudo: ${MARKER}-sudo is not right`] },
    });
    const door = openTestPanel({
      happenings: (preview) => {
        const stepId = preview.steps[0]?.id ?? '';
        return [{ type: 'step.spoke', stepId, stream: 'stdout', line: `echo ${MARKER}-ssh` }];
      },
      failure,
    });
    const client = door.connect();
    const secrets = { sshPassword: `${MARKER}-ssh`, sudoPassword: `${MARKER}-sudo`, providerKey: `${MARKER}-key` };
    const spec = { name: 'research', target: { kind: 'local' as const } };
    const { previewId } = await client.call('deployment.preview', { draftId: 'd-abcdefgh', spec, secrets });
    await client.call('deployment.start', { previewId });
    await client.call('instance.watch', { instanceId: ID });
    door.core.tellStatus({ state: 'failed', error: failure });
    await client.call('instance.list', {});
    await client.call('server.list', {});
    await client.call('instance.status', { instanceId: ID });
    await client.call('deployment.again', { draftId: 'd-abcdefgi', instanceId: ID });
    await client.call('login.provide', {
      instanceId: ID,
      secrets: { sshPassword: `${MARKER}-ssh` },
      remember: true,
    });
    await client.refused('login.provide', {
      instanceId: ID,
      secrets: { sshPassword: 7, [`${MARKER}-ssh`]: 1 },
      remember: true,
    });
    expect(client.messages.length).toBeGreaterThan(12);
    expect(JSON.stringify(client.messages)).not.toContain(MARKER);
    expect(await client.call('secret.reveal', { instanceId: ID, confirmed: true })).toEqual({ token: TOKEN });
  });
});
