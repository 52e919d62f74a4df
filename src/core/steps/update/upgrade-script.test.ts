import { execFile } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EXIT_FAILED, UPGRADE_SCRIPT } from './upgrade-script.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hardshell-upgrade-'));
  mkdirSync(join(dir, 'state', 'logs'), { recursive: true });
  writeFileSync(join(dir, 'npm'), 'console.log("/home/openclaw/.npm-global")');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly answer: Record<string, unknown>;
  readonly stderr: string;
}

function upgrade(openclaw: string, more: object = {}): Promise<Ran> {
  writeFileSync(join(dir, 'openclaw'), openclaw);
  const at = (name: string): string => join(dir, name);
  const params = { node: process.execPath, npm: at('npm'), openclaw: at('openclaw'), stateDir: at('state') };
  const given = JSON.stringify({ ...params, version: '2026.9.6', port: 1, isStill: false, ...more });
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', UPGRADE_SCRIPT, given], (error, stdout, stderr) => {
      const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, answer, stderr });
    });
  });
}
const says = (answer: object, code: number): string =>
  `console.error("on its way"); console.log("a plugin prints"); console.log(${JSON.stringify(JSON.stringify(answer, null, 2))}); process.exitCode = ${String(code)};`;

it('says which version the updater has put there', async () => {
  const { code, answer, stderr } = await upgrade(says({ status: 'ok', after: { version: '2026.9.6' } }, 0));
  expect([code, answer]).toEqual([0, { isGood: true, code: 0, status: 'ok', version: '2026.9.6', downMs: 0 }]);
  expect(stderr).toContain('on its way');
});

it('takes an update that the updater has taken back for a failure, and collects what a person would look for', async () => {
  writeFileSync(join(dir, 'state', 'logs', 'update-1.log'), 'first\nthe disk is full\n');
  const steps = [
    { name: 'global update', exitCode: 1 },
    { name: 'doctor', exitCode: 0 },
  ];
  const said = { status: 'error', reason: 'global-install-failed', run: { status: 'rolled-back' }, steps };
  const { code, answer } = await upgrade(says(said, 0));
  expect(code).toBe(EXIT_FAILED);
  expect(answer).toMatchObject({
    isGood: false,
    status: 'rolled-back',
    reason: 'global-install-failed',
    failed: ['global update'],
    log: ['first', 'the disk is full'],
    npmPrefix: '/home/openclaw/.npm-global',
  });
});

it('says something also of an updater that says nothing', async () => {
  const { code, answer } = await upgrade('process.kill(process.pid, "SIGKILL")');
  expect([code, answer['isGood']]).toEqual([EXIT_FAILED, false]);
});

it('measures how long nobody answered', async () => {
  let isUp = true;
  const server = createServer((_request, response) => {
    if (isUp) response.end('{"ok":true}');
    else response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  setTimeout(() => (isUp = false), 1500);
  setTimeout(() => (isUp = true), 3500);
  const { answer } = await upgrade(`setTimeout(() => { ${says({ status: 'ok' }, 0)} }, 6000)`, { port });
  server.close();
  expect(answer['downMs']).toBeGreaterThan(1500);
  expect(answer['downMs']).toBeLessThan(5000);
});
