import { connect as connectTcp, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTAINER_STATE_DIR } from '../../src/core/openclaw/container-layout.ts';
import { makeDeviceKey, readDeviceKey } from '../../src/core/openclaw/device-identity.ts';
import { openGatewayClient } from '../../src/core/openclaw/gateway-client.ts';
import { testIdentity } from '../../src/core/openclaw/gateway-client.contract.ts';
import { tryToken } from '../../src/core/openclaw/try-token.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import type { Secret } from '../../src/shared/secret.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { restorable } from '../lab/restorable.ts';

const minutes = 60_000;
const NAME = ownName('shared');

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Who may come to a container: its token and its devices', () => {
  let person: DockerPerson;
  beforeAll(async () => {
    person = await openDockerPerson();
    await person.deploy(NAME);
  }, 15 * minutes);
  afterAll(() => person[Symbol.asyncDispose]());

  const instanceOf = async (): Promise<Instance> => {
    const found = (await person.core.instances.list()).find((one) => one.name === NAME);
    if (found === undefined) throw new Error('It is not there.');
    return found;
  };
  const readToken = async (): Promise<Secret> => person.core.instances.token((await instanceOf()).id);
  const connectTo = (port: number) => (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const stream = connectTcp(port, '127.0.0.1');
      stream.once('connect', () => {
        stream.off('error', reject);
        resolve(stream);
      });
      stream.once('error', reject);
    });
  const tried = async (token: Secret): Promise<string> => {
    const { port } = await instanceOf();
    return tryToken({ connect: connectTo(port), port, client: testIdentity, token });
  };
  /** A stranger who has the token and asks to be let in. */
  const knock = async (): Promise<string> => {
    const { port } = await instanceOf();
    const key = readDeviceKey(makeDeviceKey());
    const asked = openGatewayClient({
      connect: connectTo(port),
      port,
      client: testIdentity,
      token: await readToken(),
      device: { key },
      timeoutMs: minutes,
    });
    await expect(asked).rejects.toMatchObject({ code: 'gateway.pairing' });
    return key.id;
  };

  it('the token is another one everywhere, and the old one is refused', { timeout: 8 * minutes }, async () => {
    const shared = restorable(person.core, NAME, CONTAINER_STATE_DIR);
    const old = await readToken();
    await shared.run(
      `printf 'A=1\\nOPENCLAW_GATEWAY_TOKEN="%s"\\n' stale-token-of-long-ago >${CONTAINER_STATE_DIR}/.env`,
    );
    const link = await person.core.instances.link((await instanceOf()).id);
    try {
      await link.call('health');
      const preview = await person.core.changes.preview(NAME, { kind: 'rotate-token' });
      expect(preview.steps.filter(({ check }) => check.is === 'needed').map(({ id }) => id)).toEqual([
        'new-token',
        'config',
        'copies',
        'proof',
      ]);
      const ended = await person.core.changes.start(preview.id);
      expect(ended.status).toBe('succeeded');
      const token = await readToken();
      expect(token.equals(old)).toBe(false);
      expect(await tried(old)).toBe('refused');
      expect(await tried(token)).toBe('taken');
      expect((await instanceOf()).rotation).toBeUndefined();
      expect(await shared.run(`cat ${CONTAINER_STATE_DIR}/.env`)).toBe(
        `A=1\nOPENCLAW_GATEWAY_TOKEN="${token.reveal()}"\n`,
      );
      // The link that was open asks again, as what it is now.
      await link.call('health');
      expect(JSON.stringify([preview, ended, person.test.log])).not.toContain(token.reveal());
    } finally {
      await link[Symbol.asyncDispose]();
    }
    expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'running' });
  });

  it('goes on where it was cut short, and loses neither token', { timeout: 8 * minutes }, async () => {
    const old = await readToken();
    const stop = new AbortController();
    const preview = await person.core.changes.preview(NAME, { kind: 'rotate-token' });
    const cut = person.core.changes.start(preview.id, {
      signal: stop.signal,
      onEvent(event) {
        if (event.type === 'step.applied' && event.stepId === 'config') stop.abort();
      },
    });
    await expect(cut).rejects.toMatchObject({ code: 'run.cancelled' });
    const made = await readToken();
    expect(made.equals(old)).toBe(false);
    expect((await instanceOf()).rotation?.is).toBe('former');
    const again = await person.core.changes.preview(NAME, { kind: 'rotate-token' });
    expect((await person.core.changes.start(again.id)).status).toBe('succeeded');
    expect((await readToken()).equals(made)).toBe(true);
    expect(await tried(old)).toBe('refused');
  });

  it('a device is let in by its request, given a new token, and removed', { timeout: 5 * minutes }, async () => {
    const { devices } = person.core;
    const [first, second] = [await knock(), await knock()];
    const { pending, paired } = await devices.list(NAME);
    expect(pending.map(({ deviceId }) => deviceId).sort()).toEqual([first, second].sort());
    expect(paired).toMatchObject([{ name: 'Hardshell', isOwn: true, isConnected: true }]);
    const requestOf = (id: string): string => pending.find(({ deviceId }) => deviceId === id)?.requestId ?? '';
    await devices.approve(NAME, requestOf(first));
    await devices.reject(NAME, requestOf(second));
    await expect(devices.approve(NAME, requestOf(second))).rejects.toMatchObject({ code: 'device.unknown' });
    await devices.rotate(NAME, first);
    await devices.remove(NAME, first);
    const own = paired[0]?.deviceId ?? '';
    await expect(devices.remove(NAME, own)).rejects.toMatchObject({ code: 'device.own' });
    // Hardshell signs in anew by itself.
    await devices.rotate(NAME, own);
    const after = await devices.list(NAME);
    expect([after.pending, after.paired.map(({ deviceId }) => deviceId)]).toEqual([[], [own]]);
    expect(after.deeds.map(({ what }) => what)).toEqual(['rotate', 'remove', 'rotate', 'reject', 'approve']);
  });
});
