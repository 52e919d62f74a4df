import { connect as connectTcp, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { testIdentity } from '../../src/core/openclaw/gateway-client.contract.ts';
import { tryToken } from '../../src/core/openclaw/try-token.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import type { RunSnapshot } from '../../src/shared/model/run.ts';
import type { Secret } from '../../src/shared/secret.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw as version } from '../lab/openclaw-install.ts';
import type { LabServer } from '../lab/server.ts';
import { openTestCore, specFor, type TestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const { stateDir, configPath, unitPath } = serverLayout;
const dropIn = `${unitPath}.d/by-hand.conf`;
const envFile = `${serverLayout.home}/gateway.env`;

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Who may come to a server: its token', () => {
  let server: LabServer;
  let proxy: NpmProxy;
  let person: TestCore;
  beforeAll(async () => {
    server = await startFurnishedServer();
    proxy = await startNpmProxy();
    person = await openTestCore({ knows: [server], registry: proxy.urlFromServers });
    await person.deploy(specFor(server, { name: 'research', version }));
  }, 15 * minutes);
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const instanceOf = async (): Promise<Instance> => {
    const [found] = await person.core.instances.list();
    if (found === undefined) throw new Error('It is not there.');
    return found;
  };
  const readToken = async (): Promise<Secret> => person.core.instances.token((await instanceOf()).id);
  const rotate = async (): Promise<RunSnapshot> => {
    const preview = await person.core.changes.preview('research', { kind: 'rotate-token' });
    return person.core.changes.start(preview.id);
  };
  const tried = async (token: Secret): Promise<string> => {
    const link = await person.core.instances.link((await instanceOf()).id);
    const tunnel = await link.openTunnel();
    try {
      const { port } = tunnel;
      const connect = (): Promise<Socket> =>
        new Promise((resolve, reject) => {
          const stream = connectTcp(port, '127.0.0.1');
          stream.once('connect', () => resolve(stream));
          stream.once('error', reject);
        });
      return await tryToken({ connect, port, client: testIdentity, token });
    } finally {
      await tunnel[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
    }
  };
  const asAccount = `runuser -u openclaw -- env XDG_RUNTIME_DIR=/run/user/$(id -u openclaw) systemctl --user`;
  const mainPid = (): Promise<string> => server.sh(`${asAccount} show -p MainPID --value ${serverLayout.unit}`);

  it('is another one wherever it was named, without a restart', { timeout: 8 * minutes }, async () => {
    const old = await readToken();
    await server.sh(`set -e
      printf 'OPENCLAW_GATEWAY_TOKEN=%s\\n' ${'a1'.repeat(16)} >${stateDir}/.env
      printf "B=2\\nOPENCLAW_GATEWAY_TOKEN='%s'\\n" ${'b2'.repeat(16)} >${envFile}
      printf '[Service]\\nEnvironment="OPENCLAW_GATEWAY_TOKEN=%s"\\nEnvironmentFile=-${envFile}\\n' ${'c3'.repeat(16)} >${dropIn}
      chmod 640 ${envFile}
      chown openclaw: ${stateDir}/.env ${envFile} ${dropIn}`);
    await server.sh(`node=$(echo /opt/hardshell/node/bin/node)
      "$node" -e 'const fs = require("fs"), at = "${configPath}", it = JSON.parse(fs.readFileSync(at)); it.gateway.remote = { token: it.gateway.auth.token }; fs.writeFileSync(at, JSON.stringify(it));'`);
    const before = await mainPid();
    expect((await rotate()).status).toBe('succeeded');
    const token = await readToken();
    expect(token.equals(old)).toBe(false);
    expect([await tried(old), await tried(token)]).toEqual(['refused', 'taken']);
    expect(await mainPid()).toBe(before);
    const count = (file: string): Promise<string> => server.sh(`grep -o ${token.reveal()} ${file} | wc -l`);
    expect((await count(configPath)).trim()).toBe('2');
    for (const file of [`${stateDir}/.env`, envFile, dropIn]) expect((await count(file)).trim()).toBe('1');
    expect((await server.sh(`stat -c '%a %U' ${envFile}`)).trim()).toBe('640 openclaw');
    expect(await server.sh(`grep -rl ${token.reveal()} /var/log/hardshell || :`)).toBe('');
    expect(await person.core.instances.status('research')).toMatchObject({ state: 'running' });
    // What was changed by hand is as it was.
    expect(await server.sh(`grep -c B=2 ${envFile}`)).toBe('1\n');
  });

  it('has no device that is us: SSH ends on its own machine', { timeout: 2 * minutes }, async () => {
    const { pending, paired, deeds } = await person.core.devices.list('research');
    expect([pending, paired.filter(({ isOwn }) => isOwn), deeds]).toEqual([[], [], []]);
    await expect(person.core.devices.remove('research', 'nobody')).rejects.toMatchObject({ code: 'device.unknown' });
  });
});
