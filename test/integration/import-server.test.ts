import { text as readAll } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { targetSchema, type Target } from '../../src/shared/model/target.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { takesAllCases } from '../lab/seed.ts';
import type { LabServer } from '../lab/server.ts';
import { openTestCore, specFor, type TestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const PORT = 18_791;
const NODE_DIR = '/home/anna/.nvm/versions/node/v24.21.0';
const TOKEN = 'e5b7a1c09d8f4e63b2a7d1c05f9e8a47';
const ID = 's-anna:openclaw-gateway';

/* As somebody sets OpenClaw up for an account of their own: Node.js where nvm has it, the unit as OpenClaw writes it. $1 token, $2 port */
const SET_UP = `set -eu
id anna >/dev/null 2>&1 || useradd --create-home --shell /bin/bash anna
loginctl enable-linger anna
u=$(id -u anna)
for i in $(seq 600); do [ ! -S /run/user/$u/bus ] || break; sleep 0.2; done
mkdir -p ${NODE_DIR}
cp -a /opt/hardshell/node/. ${NODE_DIR}/
cp -a /home/openclaw/.npm-global/lib/node_modules/openclaw ${NODE_DIR}/lib/node_modules/
ln -sf ../lib/node_modules/openclaw/openclaw.mjs ${NODE_DIR}/bin/openclaw
mkdir -p /home/anna/.openclaw
printf '{ gateway: { mode: "local", port: %s, bind: "loopback", auth: { mode: "token", token: "%s" } } }\\n' "$2" "$1" >/home/anna/.openclaw/openclaw.json
chmod 700 /home/anna/.openclaw
chmod 600 /home/anna/.openclaw/openclaw.json
chown -R anna: /home/anna
as() { runuser -u anna -- env HOME=/home/anna XDG_RUNTIME_DIR=/run/user/$u PATH=${NODE_DIR}/bin:/usr/bin:/bin "$@"; }
cd /home/anna
as openclaw gateway install --force --json --port "$2"
as systemctl --user start openclaw-gateway.service`;

// One story, told in order: OpenClaw in an account of somebody's own, installed in its own way.
describeWithLab('An OpenClaw that an account of a server has set up for itself', () => {
  let server: LabServer;
  let test: TestCore;
  let target: Target;
  let sums = '';

  /** Of its unit, its program and its configuration. */
  const digest = async (): Promise<string> =>
    await server.sh(
      `cd / && { find home/anna/.config/systemd -type f; find ${NODE_DIR.slice(1)}/lib/node_modules/openclaw -type f | LC_ALL=C sort | head -n 400; echo home/anna/.openclaw/openclaw.json; } | LC_ALL=C sort | xargs sha256sum`,
    );
  const startedAt = async (): Promise<string> =>
    await server.sh(
      'runuser -u anna -- env XDG_RUNTIME_DIR=/run/user/$(id -u anna) systemctl --user show -p ExecMainStartTimestampMonotonic,MainPID openclaw-gateway.service',
    );

  beforeAll(async () => {
    server = await startFurnishedServer();
    test = await openTestCore({ knows: [server] });
    target = targetSchema.parse(specFor(server, { name: 'unused' }).target);
    const done = await server.exec(['bash', '-c', SET_UP, 'sh', TOKEN, String(PORT)]);
    if (done.code !== 0) throw new Error(`${done.stdout}\n${done.stderr}`);
    const ready = `curl -fsS -o /dev/null http://127.0.0.1:${String(PORT)}/readyz`;
    for (let again = 0; (await server.exec(['sh', '-c', ready])).code !== 0; again += 1) {
      if (again > 1200) throw new Error('The gateway of anna does not come up.');
      await sleep(500);
    }
    sums = await digest();
  }, 15 * minutes);
  afterAll(async () => {
    await test[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('is found in the account, with its own Node.js and port', { timeout: 5 * minutes }, async () => {
    const found = await test.core.imports.look(target);
    expect(found).toEqual([
      {
        id: ID,
        kind: 'service',
        title: 'anna',
        version: testedOpenClaw,
        port: PORT,
        stateDir: '/home/anna/.openclaw',
        token: 'config',
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(TOKEN);
  });

  it('is adopted, and not a file of it is another, nor was it started again', { timeout: 10 * minutes }, async () => {
    const before = await startedAt();
    const preview = await test.core.imports.preview({ target, name: 'helper', changes: [] });
    expect(preview.steps.map(({ id }) => id)).toEqual(['token', 'gateway']);
    expect((await test.core.imports.start(preview.id)).status).toBe('succeeded');
    const [record] = await test.core.instances.list();
    expect(record).toMatchObject({ name: 'helper', phase: 'deployed', port: PORT, adopted: { user: 'anna' } });
    if (record === undefined) throw new Error('It is not in the list.');
    expect((await test.core.instances.token(record.id)).reveal()).toBe(TOKEN);
    expect(await digest()).toBe(sums);
    expect(await startedAt()).toBe(before);
  });

  it('says how it is, shows its log and its configuration, and runs as anna', { timeout: 10 * minutes }, async () => {
    expect(await test.core.instances.status('helper')).toMatchObject({ state: 'running', version: testedOpenClaw });
    const configuration = await test.core.configuration.read('helper');
    expect(configuration.value).toMatchObject({ gateway: { port: PORT } });
    const lines = await readAll(await test.core.instances.logs('helper', { follow: false, lines: 50 }));
    expect(lines).toContain('"source":"gateway"');
    const child = await test.core.instances.exec('helper', ['sh', '-c', 'id -un; command -v openclaw'], {});
    expect((await readAll(child.stdout)).split('\n')).toEqual(['anna', `${NODE_DIR}/bin/openclaw`, '']);
    const { findings } = await test.core.diagnosis.look('helper', 'quick');
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ level }) => level === 'bad')).toEqual([]);
  });

  it('is backed up as the account that it belongs to', { timeout: 10 * minutes }, async () => {
    const preview = await test.core.changes.preview('helper', { kind: 'backup', reason: 'asked' });
    expect((await test.core.changes.start(preview.id)).status).toBe('succeeded');
    expect((await test.core.backups.list())[0]?.verifiedAt).toBeDefined();
    expect((await server.sh('find /home/anna/.openclaw-backups ! -user anna')).trim()).toBe('');
  });

  it('is not changed by what needs a layout of ours', { timeout: 5 * minutes }, async () => {
    for (const change of [
      { kind: 'update', version: '2026.9.7', reason: 'asked' },
      { kind: 'rotate-token' },
    ] as const) {
      await expect(test.core.changes.preview('helper', change)).rejects.toMatchObject({
        code: 'instance.adopted-cannot',
      });
    }
  });

  it('runs on untouched when it is removed here', { timeout: 5 * minutes }, async () => {
    const before = await startedAt();
    const preview = await test.core.removals.preview('helper', { purge: true });
    expect((await test.core.removals.start(preview.id)).status).toBe('succeeded');
    expect(await test.core.instances.list()).toEqual([]);
    expect(await digest()).toBe(sums);
    expect(await startedAt()).toBe(before);
  });

  if (takesAllCases)
    it('without a token it is refused, and adopted when one is asked for', { timeout: 10 * minutes }, async () => {
      const open = `sed -i 's/auth: {[^}]*}/auth: { mode: "none" }/' /home/anna/.openclaw/openclaw.json && runuser -u anna -- env XDG_RUNTIME_DIR=/run/user/$(id -u anna) systemctl --user restart openclaw-gateway.service`;
      await server.sh(open);
      await expect(test.core.imports.preview({ target, name: 'helper', changes: [] })).rejects.toMatchObject({
        code: 'import.no-auth',
      });
      const preview = await test.core.imports.preview({ target, name: 'helper', changes: ['token'] });
      expect(preview.steps.map(({ id }) => id)).toEqual(['add-token', 'token', 'gateway']);
      expect((await test.core.imports.start(preview.id)).status).toBe('succeeded');
      expect(await test.core.instances.status('helper')).toMatchObject({ state: 'running' });
      expect(await server.sh('cat /home/anna/.openclaw/openclaw.json')).toContain('mode: "token"');
    });
});
