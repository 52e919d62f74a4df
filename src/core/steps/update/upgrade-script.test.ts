import { execFile } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_FAILED, UPGRADE_SCRIPT } from './upgrade-script.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hardshell-upgrade-'));
  mkdirSync(join(dir, 'state', 'logs'), { recursive: true });
  writeFileSync(join(dir, 'npm'), 'console.log("/home/openclaw/.npm-global")');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const limits = { silentMs: 60_000, wholeMs: 60_000, graceMs: 1000 };

interface Ran {
  readonly code: number;
  readonly answer: Record<string, unknown>;
  readonly stderr: string;
}

function upgrade(openclaw: string, more: object = {}): Promise<Ran> {
  writeFileSync(join(dir, 'openclaw'), openclaw);
  const at = (name: string): string => join(dir, name);
  const params = { node: process.execPath, npm: at('npm'), openclaw: at('openclaw'), stateDir: at('state') };
  const given = JSON.stringify({ ...params, version: '2026.9.6', port: 1, isStill: false, ...limits, ...more });
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

/** An updater that waits for good, as one of its children does in a session of its own, and does not hear SIGTERM. */
const waits = `const { spawn } = require('node:child_process'), fs = require('node:fs');
const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);'], { detached: true, stdio: 'inherit' });
fs.writeFileSync(__filename + '.pid', String(child.pid));
setInterval(() => {}, 1000);`;
const waiting = (): number => Number(readFileSync(join(dir, 'openclaw.pid'), 'utf8'));
/** One that has ended and that nobody has asked for is still listed, and has no words. */
const isAlive = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
};

// Servers are Linux: who has begun whom is read from /proc.
describe.skipIf(process.platform !== 'linux')('An updater that comes to no end', () => {
  it('is ended with all that it has begun where nobody answers any more', { timeout: 60_000 }, async () => {
    const server = createServer((_request, response) => {
      response.end('{"ok":true}');
      // It is updated meanwhile, and does not come back.
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, answer } = await upgrade(waits, { port, silentMs: 1000 });
    expect([code, answer['isGood'], answer['whyEnded']]).toEqual([EXIT_FAILED, false, 'silent']);
    expect(isAlive(waiting())).toBe(false);
  });

  it('is ended at its deadline also where the gateway answers, or none is to run', { timeout: 60_000 }, async () => {
    const { code, answer } = await upgrade(waits, { isStill: true, wholeMs: 1000 });
    expect([code, answer['isGood'], answer['whyEnded']]).toEqual([EXIT_FAILED, false, 'late']);
    expect(isAlive(waiting())).toBe(false);
  });
});
