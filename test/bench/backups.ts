import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import { startNpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { bringUpLab } from '../lab/run.ts';
import type { LabServer } from '../lab/server.ts';
import { preparePerson, runHardshell, sshArguments, type Ended, type Person } from './command-line.ts';
import { alternate, compare, formatMs, timeMs, type Comparison, type Figure, type Measured } from './measure.ts';

/** Photographs and voice messages: what does not get smaller. */
const MEDIA_BYTES = 200 * 1024 ** 2;

/**
 * A backup and a restore against what somebody would type: `tar | ssh`, of the same state over the same connection. Theirs is not
 * consistent, not verified, not encrypted, and stops and starts nothing.
 */
export async function measureBackups(rounds: number): Promise<Measured> {
  const lab = await bringUpLab();
  if (lab.is === 'missing') return { skipped: lab.because };
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-bench-'));
  try {
    await using npm = await startNpmProxy();
    await using server = await startFurnishedServer();
    const person = await preparePerson(join(dir, 'person'), npm.urlFromServers, server);
    const to = ['--to', `ssh://root@${server.host}:${String(server.sshPort)}`, '--identity', server.identityFile];
    await runHardshell(person, ['deploy', 'bench', ...to, '--version', testedOpenClaw, '--yes', '--json']);
    const folder = serverLayout.workspaceDir;
    const fill = `head -c ${String(MEDIA_BYTES)} /dev/urandom >${folder}/media.bin`;
    await server.sh(`mkdir -p ${folder} && ${fill} && chown -R openclaw: ${folder}`);
    return { figures: await measureBoth(server, person, join(dir, 'theirs.tar.gz'), rounds) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function measureBoth(server: LabServer, person: Person, file: string, rounds: number): Promise<Figure[]> {
  const fetches: number[] = [];
  const backup = await alternate(
    'a verified, encrypted backup against tar | ssh of the same state',
    rounds,
    async () => {
      const spent = await timed(() => runHardshell(person, ['backup', 'bench', '--yes', '--json']));
      fetches.push(stepMs(spent.value, 'keep'));
      return spent.ms;
    },
    () => timeMs(() => fetchTar(server, file)),
  );
  const { size } = await stat(file);
  const brings: number[] = [];
  const id = await newestBackup(person);
  const restore = await alternate(
    'a restore, with a backup of what was there and a start, against ssh | tar',
    rounds,
    async () => {
      const spent = await timed(() => runHardshell(person, ['restore', id, '--yes', '--json']));
      brings.push(stepMs(spent.value, 'stage'));
      return spent.ms;
    },
    () => timeMs(() => bringTar(server, file)),
  );
  return [
    compare(backup),
    compare(onlyOurs(backup, 'of that: fetched, encrypted and compared, against tar | ssh', fetches), rate(size)),
    compare(restore),
    compare(
      onlyOurs(restore, 'of that: brought, decrypted, verified and unpacked, against ssh | tar', brings),
      rate(size),
    ),
  ];
}

const onlyOurs = (whole: Comparison, title: string, ours: readonly number[]): Comparison => ({ ...whole, title, ours });
const rate =
  (bytes: number) =>
  (ms: number): string =>
    `${formatMs(ms)} (${(bytes / 1e3 / ms).toFixed(0)} MB/s)`;

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const startedAt = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedAt };
}

interface StepLine {
  readonly type?: string;
  readonly stepId?: string;
  readonly at?: string;
}

/** How long one step took, by the events that the run told. */
function stepMs({ stdout }: Ended, step: string): number {
  const lines = stdout
    .split('\n')
    .flatMap((line): StepLine[] => (line.startsWith('{') ? [JSON.parse(line) as StepLine] : []));
  const at = (type: string): number =>
    Date.parse(lines.find((line) => line.type === type && line.stepId === step)?.at ?? '');
  const ms = at('step.applied') - at('step.started');
  if (Number.isNaN(ms)) throw new Error(`The run told nothing of its step ${step}:\n${stdout}`);
  return ms;
}

async function newestBackup(person: Person): Promise<string> {
  const { stdout } = await runHardshell(person, ['backups', 'bench', '--json']);
  const id = /b-[0-9a-f]{16}/.exec(stdout)?.[0];
  if (id === undefined) throw new Error(`There is no backup:\n${stdout}`);
  return id;
}

async function fetchTar(server: LabServer, file: string): Promise<void> {
  const command = `tar -C ${serverLayout.home} -czf - .openclaw`;
  const child = spawn('ssh', sshArguments(server, command), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await pipeline(child.stdout, createWriteStream(file));
  // 1: files changed while they were read, as those of a running gateway do.
  const code = await ended;
  if (code !== 0 && code !== 1) throw new Error(`tar over ssh ended with ${String(code)}`);
}

async function bringTar(server: LabServer, file: string): Promise<void> {
  const command = 'rm -rf /root/theirs && mkdir /root/theirs && tar -C /root/theirs -xzf -';
  const child = spawn('ssh', sshArguments(server, command), { stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await pipeline(createReadStream(file), child.stdin);
  const code = await ended;
  if (code !== 0) throw new Error(`tar over ssh ended with ${String(code)}`);
}
