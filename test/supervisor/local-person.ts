import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectSupervisor } from '../../src/core/supervisor/client.ts';
import { readProcessRecord } from '../../src/core/supervisor/gateway-process.ts';
import { layoutSupervisor } from '../../src/core/supervisor/supervisor-layout.ts';
import { isProcessAlive, readProcessIdentity, type ProcessIdentity } from '../../src/core/system/process-identity.ts';
import { findByEnvironment } from '../../src/core/system/process-table.ts';
import { freePort } from '../lab/free-port.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { openPerson, type Ended, type HardshellProcess, type Person } from '../lab/person.ts';
import { endWithTest } from './end-with-test.ts';
import { until, untilGone } from './gateway-lab.ts';

const run = promisify(execFile);

/** Somebody who deploys to their own computer. Disposing ends what runs for them, by id, and removes everything. */
export interface LocalPerson extends AsyncDisposable {
  readonly person: Person;
  readonly layout: ReturnType<typeof layoutSupervisor>;
  startDeploy(more?: readonly string[]): HardshellProcess;
  deploy(more?: readonly string[]): Promise<Ended>;
  /** The process of the supervisor that listens. */
  supervisor(): Promise<ProcessIdentity | undefined>;
  killSupervisor(): Promise<void>;
  /** Folder of the only instance. */
  instanceDir(): Promise<string>;
  /** The running gateways of this data folder, whoever started them. */
  gateways(): Promise<number[]>;
  /** Ends supervisor and gateways as a power failure would. */
  lose(): Promise<void>;
  /** Keeps the data folder as it is, links and all, and brings it back to the same place. */
  keep(name: string): Promise<void>;
  restore(name: string): Promise<void>;
}

export const localName = 'home';

export async function openLocalPerson({
  registry = process.env['HARDSHELL_LAB_REGISTRY'],
}: { readonly registry?: string } = {}): Promise<LocalPerson> {
  const person = await openPerson({
    env: {
      ...(registry === undefined ? {} : { HARDSHELL_MIRROR_NPM: registry }),
      // Where it would be written down if anything of ours passed it on.
      OPENROUTER_API_KEY: 'sk-of-the-shell-0123456789abcdef',
    },
  });
  const ending = endWithTest(join(person.dataDir, '..'));
  const layout = layoutSupervisor(person.dataDir, process.platform, tmpdir());
  const kept = (name: string): string => join(person.dataDir, '..', 'kept', name);

  // One of its own: other tests of this machine deploy to their own computers as well.
  const port = String(await freePort());
  const startDeploy: LocalPerson['startDeploy'] = (more = []) =>
    person.start(
      ['deploy', localName, '--to', 'local', '--version', testedOpenClaw, '--port', port, '--yes', '--json'].concat(
        more,
      ),
    );

  const self: LocalPerson = {
    person,
    layout,
    startDeploy,
    deploy: (more) => startDeploy(more).ended,
    async supervisor() {
      await using client = await connectSupervisor(layout);
      return (await client?.call('ping', {}))?.process;
    },
    async killSupervisor() {
      const identity = await self.supervisor();
      if (identity === undefined) return;
      process.kill(identity.pid, 'SIGKILL');
      await untilGone(identity.pid);
    },
    async instanceDir() {
      const names = await readdir(join(person.dataDir, 'instances'));
      const [name, ...others] = names.filter((one) => /^i-[0-9a-f]{16}$/.test(one));
      if (name === undefined || others.length > 0) throw new Error(`Not one instance: ${names.join(', ')}`);
      return join(person.dataDir, 'instances', name);
    },
    async gateways() {
      const state = join(await self.instanceDir(), 'state');
      const pids = await findByEnvironment('linux', 'OPENCLAW_STATE_DIR', state);
      const lines = await Promise.all(pids.map(async (pid) => ({ pid, line: await readCommandLine(pid) })));
      return lines.flatMap(({ pid, line }) => (/dist\/index\.js gateway --port/.test(line) ? [pid] : []));
    },
    async lose() {
      await self.killSupervisor();
      const names = await readdir(join(layout.dir, 'processes')).catch(() => []);
      for (const name of names) {
        const record = await readProcessRecord(join(layout.dir, 'processes', name));
        if (record === undefined || !(await isProcessAlive(record.identity))) continue;
        process.kill(-record.identity.pid, 'SIGKILL');
        await untilGone(record.identity.pid);
      }
    },
    async keep(name) {
      await run('mkdir', ['-p', '-m', '700', person.dataDir]);
      await run('mkdir', ['-p', kept(name)]);
      await run('rm', ['-rf', kept(name)]);
      await run('cp', ['-a', person.dataDir, kept(name)]);
    },
    async restore(name) {
      // Killed with its group, a gateway's helper that made a group of its own still notices, and writes, for a moment.
      await until(
        'nothing of this data folder runs',
        async () => (await findOwnProcesses(person.dataDir)).length === 0,
      );
      await rm(person.dataDir, { recursive: true, force: true, maxRetries: 5 });
      await run('cp', ['-a', kept(name), person.dataDir]);
    },
    async [Symbol.asyncDispose]() {
      await self.lose();
      await until(
        'nothing of this data folder runs',
        async () => (await findOwnProcesses(person.dataDir)).length === 0,
      );
      await person[Symbol.asyncDispose]();
      ending[Symbol.dispose]();
    },
  };
  return self;
}

export async function readCommandLine(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.replaceAll('\0', ' ').trim();
}

/**
 * The command line of every process that names the folder, or that is a program out of it: npm gives itself a title, cut to
 * the room that its arguments had, in which the folder is not named any more.
 */
export async function findOwnProcesses(dataDir: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(
    pids.map(async (pid) => {
      if ((await readProcessIdentity(pid)) === undefined) return '';
      const [line, program] = await Promise.all([readCommandLine(pid), readlink(`/proc/${pid}/exe`).catch(() => '')]);
      return line.includes(dataDir) || program.startsWith(dataDir) ? line : '';
    }),
  );
  return lines.filter((line) => line !== '');
}

/** Looks at the command lines of this computer while something happens. */
export interface ComputerWatch extends AsyncDisposable {
  readonly samples: number;
  /** The most installs that ran at one time. */
  readonly mostInstalls: number;
  /** What openclaw.json held when it was no whole document. */
  readonly badConfigs: readonly string[];
}

export function watchComputer(dataDir: string): ComputerWatch {
  const seen = { samples: 0, mostInstalls: 0, badConfigs: [] as string[] };
  const stop = new AbortController();
  const done = (async () => {
    while (!stop.signal.aborted) {
      const lines = await findOwnProcesses(dataDir);
      seen.samples += 1;
      // The shell that guards it names the same command; the install itself begins with the program, or npm's own title.
      const installs = lines.filter((line) => /^(\S*node \S*npm-cli\.js|npm) install/.test(line));
      seen.mostInstalls = Math.max(seen.mostInstalls, installs.length);
      for (const text of await readConfigs(dataDir)) if (!isWhole(text)) seen.badConfigs.push(text);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    get samples() {
      return seen.samples;
    },
    get mostInstalls() {
      return seen.mostInstalls;
    },
    badConfigs: seen.badConfigs,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}

async function readConfigs(dataDir: string): Promise<string[]> {
  const instances = join(dataDir, 'instances');
  const names = await readdir(instances).catch(() => []);
  const texts = await Promise.all(
    names.map((name) => readFile(join(instances, name, 'state', 'openclaw.json'), 'utf8').catch(() => undefined)),
  );
  return texts.flatMap((text) => text ?? []);
}

function isWhole(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** The steps of a deployment to this computer, stage by stage, in the order of the plan. */
export const localStages = [
  ['folder'],
  ['node', 'download', 'token'],
  ['openclaw'],
  ['config'],
  ['service'],
  ['gateway'],
] as const;
export type LocalStep = (typeof localStages)[number][number];

/** Starts a deployment and kills it a while after the step has begun (or was found done: the run before got that far). */
export async function killAt(local: LocalPerson, step: LocalStep, afterMs: number): Promise<void> {
  const process = local.startDeploy();
  const begun = await process.seen(
    (line) =>
      (line.type === 'step.started' && line.stepId === step) ||
      (line.type === 'step.checked' && line.stepId === step && line.check.is === 'satisfied'),
  );
  if (begun === undefined)
    throw new Error(`The run did not come to ${step}: ${JSON.stringify((await process.ended).error)}`);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  process.kill('SIGKILL');
  await process.ended;
}

/** What a run that has ended well leaves in the data folder, and nothing else. */
export async function listLeftovers(local: LocalPerson): Promise<string[]> {
  const { dataDir } = local.person;
  const expected: Readonly<Record<string, readonly (string | RegExp)[]>> = {
    [await local.instanceDir()]: ['cache', 'logs', 'prefix', 'state'],
    [join(dataDir, 'runtime')]: [/^node-\d+\.\d+\.\d+$/],
    [join(dataDir, 'lease')]: ['groups'],
    [join(dataDir, 'lease', 'groups')]: [],
  };
  const left = await Promise.all(
    Object.entries(expected).map(async ([dir, known]) =>
      (await readdir(dir))
        .filter((name) => !known.some((one) => (typeof one === 'string' ? one === name : one.test(name))))
        .map((name) => join(dir, name)),
    ),
  );
  return left.flat();
}
