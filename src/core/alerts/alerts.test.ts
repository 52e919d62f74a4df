import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import { AppError } from '../../shared/app-error.ts';
import { alertPolicySchema } from '../../shared/model/alert.ts';
import { Secret } from '../../shared/secret.ts';
import { createMemorySecretStore } from '../secrets/memory-secrets.ts';
import { createStateStore } from '../state/state-store.ts';
import { createAlerts, type AlertServices } from './alerts.ts';

describe('the policy', () => {
  let folder: Awaited<ReturnType<typeof tempDataDir>>;
  let hook: Server;
  const heard: { path: string; body: string }[] = [];
  beforeEach(async () => {
    folder = await tempDataDir();
    heard.length = 0;
    hook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        heard.push({ path: request.url ?? '', body });
        response.end('ok');
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    hook.closeAllConnections();
    await new Promise((resolve) => hook.close(resolve));
    await folder[Symbol.asyncDispose]();
  });
  const open = () => {
    const never = (): never => {
      throw new Error('was not asked for');
    };
    const services: AlertServices = {
      state: createStateStore(folder.path, { onProblem: never, platform: process.platform }),
      secrets: createMemorySecretStore(),
      openLink: never,
      readRun: never,
      readIngress: never,
      checkExposure: never,
      readNewest: never,
      now: Date.now,
      onProblem: never,
    };
    return { services, alerts: createAlerts(services) };
  };
  const url = (): Secret => new Secret(`http://127.0.0.1:${String((hook.address() as AddressInfo).port)}/s3cret`);

  it('keeps the address of a webhook in the secret store alone, and says its host', async () => {
    const { services, alerts } = open();
    const wanted = alertPolicySchema.parse({ webhook: { format: 'json' } });
    await expect(alerts.set(wanted)).rejects.toMatchObject({ code: 'usage.invalid', details: { path: 'webhookUrl' } });
    const settings = await alerts.set(wanted, { webhookUrl: url() });
    expect(settings.webhookHost).toMatch(/^127\.0\.0\.1:/);
    expect(JSON.stringify([settings, await services.state.alertPolicy.read()])).not.toContain('s3cret');
    expect(await alerts.test()).toEqual([{ channel: 'webhook' }]);
    expect(heard.map(({ path }) => path)).toEqual(['/s3cret']);
    expect(heard[0]?.body).toContain('"event":"test"');
    // What is not named again stays; what is switched off is gone.
    await alerts.set(alertPolicySchema.parse({ webhook: { format: 'slack' } }));
    await alerts.set(alertPolicySchema.parse({}));
    await expect(alerts.set(wanted)).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(alerts.test()).rejects.toMatchObject({ code: 'alert.no-channel' });
  });

  it.each(['http://example.com/x', 'https://anna:pw@example.com/', 'ftp://example.com', 'nonsense'])(
    'refuses the webhook %s without repeating it',
    async (address) => {
      const { alerts } = open();
      const set = alerts.set(alertPolicySchema.parse({ webhook: { format: 'json' } }), {
        webhookUrl: new Secret(address),
      });
      await expect(set).rejects.toMatchObject({ code: 'usage.invalid' });
      expect(JSON.stringify(await set.catch((error: unknown) => error))).not.toContain(address);
    },
  );

  it('tells of what is bad on this computer until somebody has chosen, while the app is at hand', async () => {
    const { services, alerts } = open();
    expect((await alerts.settings()).policy.desktop).toBe(true);
    const { id, name } = anInstance();
    const put = (kind: 'gateway-down' | 'update', level: 'bad' | 'warn') =>
      services.state.alerts.put(`${id}-${kind}`, {
        instanceId: id,
        instanceName: name,
        kind,
        level,
        because: kind,
        since: new Date().toISOString(),
        told: { fired: [], cleared: [] },
      });
    await put('gateway-down', 'bad');
    await put('update', 'warn');
    const told: string[] = [];
    const looked: string[] = [];
    const watch = (isAtHand: () => boolean) =>
      createAlerts({
        ...services,
        onProblem: () => undefined,
        readNewest: () => Promise.resolve(undefined),
        pace: { tickMs: 5, turnMs: 5 },
        openLink: () => {
          looked.push('looked');
          return Promise.reject(new AppError('instance.unknown'));
        },
      }).watch({ notify: (title) => void told.push(title), isAtHand });
    await services.state.instances.put(id, anInstance());
    const away = watch(() => false);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(looked).toEqual([]);
    await away[Symbol.asyncDispose]();
    const here = watch(() => true);
    await expect.poll(() => looked.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await expect.poll(() => told, { timeout: 20_000 }).toEqual([expect.stringContaining('Gateway down')]);
    await here[Symbol.asyncDispose]();
    await alerts.set(alertPolicySchema.parse({}));
    expect((await alerts.settings()).policy.desktop).toBe(false);
  });

  describe('that leaves nobody to be told', () => {
    const nobody = alertPolicySchema.parse({});
    const put = async ({ services }: ReturnType<typeof open>): Promise<void> => {
      const { id: instanceId, name: instanceName } = anInstance();
      const since = '2026-11-21T12:00:00.000Z';
      for (const kind of ['gateway-down', 'disk'] as const)
        await services.state.alerts.put(`${instanceId}-${kind}`, {
          instanceId,
          instanceName,
          kind,
          level: 'bad',
          because: kind,
          since,
          told: { fired: [], cleared: [] },
          ...(kind === 'disk' ? { clearedAt: since } : {}),
        });
    };
    const kinds = async ({ alerts }: ReturnType<typeof open>): Promise<string[]> =>
      (await alerts.list()).map(({ kind }) => kind);
    const quick = ({ services }: ReturnType<typeof open>) =>
      createAlerts({
        ...services,
        onProblem: () => undefined,
        readNewest: () => Promise.resolve(undefined),
        openLink: () => Promise.reject(new AppError('instance.unknown')),
        pace: { tickMs: 5, turnMs: 5 },
      });

    it('leaves no alert on that nobody would ever take back, and keeps what is over', async () => {
      const all = open();
      await put(all);
      await all.alerts.set(alertPolicySchema.parse({ desktop: true }));
      expect(await kinds(all)).toEqual(['gateway-down', 'disk']);
      await all.alerts.set(nobody);
      expect(await kinds(all)).toEqual(['disk']);
    });

    it('leaves it to who watches, as long as somebody does', async () => {
      const all = open();
      await all.services.state.instances.put(anInstance().id, anInstance());
      await put(all);
      const always = quick(all).watch({ always: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await all.alerts.set(nobody);
      expect(await kinds(all)).toEqual(['gateway-down', 'disk']);
      await always[Symbol.asyncDispose]();
      expect(await kinds(all)).toEqual(['disk']);
      await all.alerts.set(alertPolicySchema.parse({ desktop: true }));
      await put(all);
      const told = quick(all).watch({ notify: () => undefined });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await all.alerts.set(nobody);
      await expect.poll(() => kinds(all)).toEqual(['disk']);
      await told[Symbol.asyncDispose]();
    });
  });

  it('is watched by one door at a time, and by the next when that one ends', async () => {
    const { services } = open();
    const opened: string[] = [];
    const door = (name: string) =>
      createAlerts({
        ...services,
        onProblem: () => undefined,
        readNewest: () => Promise.resolve(undefined),
        pace: { tickMs: 5, turnMs: 5 },
        openLink: () => {
          opened.push(name);
          return Promise.reject(new AppError('instance.unknown'));
        },
      }).watch({ always: true });
    await services.state.instances.put(anInstance().id, anInstance());
    const until = async (name: string): Promise<void> => {
      while (opened.at(-1) !== name) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const first = door('first');
    await until('first');
    const second = door('second');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(opened).not.toContain('second');
    await first[Symbol.asyncDispose]();
    await until('second');
    await second[Symbol.asyncDispose]();
  });
});
