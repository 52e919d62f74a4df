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
import { alternate, bestOf, compare, timeMs, type Figure, type Measured } from './measure.ts';

const OPENCLAW = '2026.9.6';
const LATENCY_MS = 150;

const address = (server: LabServer, port = server.sshPort): string[] => [
  '--to',
  `ssh://root@${server.host}:${String(port)}`,
  '--identity',
  server.identityFile,
];

/** A deployment against what somebody would type who knows exactly what to do, and what is done to a server afterwards. */
export async function measureDeploy(rounds: number): Promise<Measured> {
  const lab = await bringUpLab();
  if (lab.is === 'missing') return { skipped: lab.because };
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-bench-'));
  try {
    await using proxy = await startNpmProxy();
    // Fills the cache of the registry, so that nobody's first round pays for it.
    await deployBare(proxy);
    const figures: Figure[] = [];
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
    figures.push(compare(fresh));
    if (kept !== undefined) {
      await using server = kept.server;
      figures.push(...(await measureKept(server, kept.person, rounds)));
    }
    return { figures };
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
async function measureKept(server: LabServer, person: Person, rounds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  const again = ['deploy', 'bench', ...address(server), '--yes', '--json'];
  const result = JSON.parse((await runHardshell(person, again)).stdout.trim().split('\n').at(-1) ?? '{}') as {
    stats?: unknown;
  };
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await timeMs(() => runHardshell(person, again)));
  figures.push({ ...bestOf('deploy with nothing to do', times, 3_000), note: JSON.stringify(result.stats ?? {}) });

  const status = await alternate(
    'status by RPC against `openclaw status` over ssh',
    rounds,
    () => timeMs(() => runHardshell(person, ['status', 'bench', '--json'])),
    () => timeMs(() => runOverSsh(server, 'exec su - openclaw -c "openclaw status --json"')),
  );
  figures.push(compare(status));

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
  figures.push(bestOf(`the same with ${String(LATENCY_MS)} ms of latency`, farTimes.slice(1), 8_000));
  return figures;
}
