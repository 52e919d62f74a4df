import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PINNED_NPM, PREFERRED_NODE } from '../../src/core/openclaw/node-release.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { bringUpLab } from '../lab/run.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { startTcpProxy } from '../lab/tcp-proxy.ts';
import { formatBareMinimum } from './bare-minimum.ts';
import { preparePerson, runHardshell, runOverSsh, type Person } from './command-line.ts';
import { alternate, formatComparison, formatFigure, timeMs } from './measure.ts';

/*
 * Ratios, taken in one run: absolute times say nothing on a shared machine and are only reported. Rounds: the first argument.
 */

const OPENCLAW = '2026.9.6';
const LATENCY_MS = 150;
const rounds = Number(process.argv[2] ?? 3);

const address = (server: LabServer, port = server.sshPort): string[] => [
  '--to',
  `ssh://root@${server.host}:${String(port)}`,
  '--identity',
  server.identityFile,
];

async function main(): Promise<void> {
  const lab = await bringUpLab();
  if (lab.is === 'missing') throw new Error(`The bench needs the lab: ${lab.because}`);
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-bench-'));
  try {
    await using proxy = await startNpmProxy();
    // Fills the cache of the registry, so that nobody's first round pays for it.
    await deployBare(proxy);
    const lines: string[] = [];
    let kept: { readonly server: LabServer; readonly person: Person } | undefined;
    let round = 0;
    const fresh = await alternate(
      'deploy to a fresh server against the bare minimum',
      rounds,
      async () => {
        if (kept !== undefined) await kept.server[Symbol.asyncDispose]();
        const server = await startServer();
        round += 1;
        const person = await preparePerson(join(dir, String(round)), proxy.urlFromServers, server);
        kept = { server, person };
        return timeMs(() =>
          runHardshell(person, ['deploy', 'bench', ...address(server), '--version', OPENCLAW, '--yes', '--json']),
        );
      },
      () => deployBare(proxy),
      1.1,
    );
    lines.push(formatComparison(fresh));
    if (kept !== undefined) {
      await using server = kept.server;
      lines.push(...(await measureKept(server, kept.person)));
    }
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function deployBare(proxy: NpmProxy): Promise<number> {
  await using server = await startServer();
  const script = formatBareMinimum({
    registry: proxy.urlFromServers.replace(/\/$/, ''),
    node: PREFERRED_NODE,
    npm: PINNED_NPM,
    openclaw: OPENCLAW,
  });
  return await timeMs(() => runOverSsh(server, script));
}

/** What is done to a server that has its instance: a deploy with nothing to do, near and far, and its status. */
async function measureKept(server: LabServer, person: Person): Promise<string[]> {
  const lines: string[] = [];
  const again = ['deploy', 'bench', ...address(server), '--yes', '--json'];
  const result = JSON.parse((await runHardshell(person, again)).stdout.trim().split('\n').at(-1) ?? '{}') as {
    stats?: unknown;
  };
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await timeMs(() => runHardshell(person, again)));
  lines.push(
    formatFigure('deploy with nothing to do (goal 3 s)', Math.min(...times), JSON.stringify(result.stats ?? {})),
  );

  const status = await alternate(
    'status by RPC against `openclaw status` over ssh',
    rounds,
    () => timeMs(() => runHardshell(person, ['status', 'bench', '--json'])),
    () => timeMs(() => runOverSsh(server, 'exec su - openclaw -c "openclaw status --json"')),
  );
  lines.push(formatComparison(status));

  await using far = await startTcpProxy({ to: { host: server.host, port: server.sshPort }, latencyMs: LATENCY_MS });
  const farPerson = await preparePerson(join(person.dir, 'far'), person.registry, server);
  const trusted = server.hostKeys.flatMap(({ sha256 }) => ['--trust-host-key', sha256]);
  const farTimes: number[] = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    farTimes.push(
      await timeMs(() =>
        runHardshell(farPerson, [
          'deploy',
          'far',
          ...address(server, far.port),
          ...trusted,
          '--version',
          OPENCLAW,
          '--yes',
          '--json',
        ]),
      ),
    );
  }
  // The first of them adopts the server; the others have nothing to do.
  lines.push(
    formatFigure(
      `the same with ${String(LATENCY_MS)} ms of latency (goal 8 s)`,
      Math.min(...farTimes.slice(1)),
      `all ${farTimes.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s`,
    ),
  );
  return lines;
}

await main();
