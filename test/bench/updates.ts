import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { startNpmProxy } from '../lab/npm-proxy.ts';
import { openclawImage } from '../lab/openclaw-image.ts';
import { bringUpLab } from '../lab/run.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { swapBareContainer } from './bare-container.ts';
import { preparePerson, runHardshell, type Person } from './command-line.ts';
import { watchDowntime } from './downtime.ts';
import { alternate, compare, type Figure, type Measured } from './measure.ts';

const [older, newer] = ['2026.9.5', '2026.9.6'];
const { node, openclaw, home, npmPrefix, user, unit, packageDir } = serverLayout;
const PORT = 18_789;

/**
 * How long nobody is answered while OpenClaw is updated: ours against what somebody would type, probed ten times a second where the
 * gateway runs. Theirs makes no backup, proves nothing afterwards, and knows no way back.
 */
export async function measureUpdates(rounds: number): Promise<Measured> {
  const lab = await bringUpLab();
  if (lab.is === 'missing') return { skipped: lab.because };
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-bench-'));
  try {
    return { figures: [await measureServer(dir, rounds), await measureDocker(join(dir, 'docker'), rounds)] };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function measureServer(dir: string, rounds: number): Promise<Figure> {
  await using npm = await startNpmProxy();
  // No furnished one: a folder out of an image cannot be renamed, which is how OpenClaw swaps its own.
  await using server = await startServer();
  const person = await preparePerson(join(dir, 'person'), npm.urlFromServers, server);
  const to = ['--to', `ssh://root@${server.host}:${String(server.sshPort)}`, '--identity', server.identityFile];
  await runHardshell(person, ['deploy', 'bench', ...to, '--version', older, '--yes', '--json']);
  await server.sh(KEEP);
  const registry = npm.urlFromServers;
  const probed = async (update: () => Promise<unknown>): Promise<number> => {
    const down = await downtimeOn(server, update);
    const version = await server.sh(`head -c 300 ${packageDir}/package.json`);
    if (!version.includes(newer)) throw new Error(`It was not updated: ${version}`);
    // The same older program on the same state again: what an update has made of it would be met by the next.
    await server.sh(BACK);
    await untilReady(server);
    return down;
  };
  return compare(
    await alternate(
      'an update of a server: how long nobody is answered, against openclaw update by hand',
      rounds,
      () => probed(() => runHardshell(person, ['update', 'bench', '--version', newer, '--yes', '--json'])),
      () =>
        probed(() =>
          server.sh(
            asUser(
              `NPM_CONFIG_REGISTRY=${registry} ${node} ${openclaw} update --tag ${newer} --yes >/tmp/theirs.log 2>&1 || { cat /tmp/theirs.log; exit 1; }`,
            ),
          ),
        ),
      1.1,
    ),
  );
}

async function measureDocker(dir: string, rounds: number): Promise<Figure> {
  const images = { from: await openclawImage(older), to: await openclawImage(newer) };
  const person: Person = { dir, registry: 'https://registry.npmjs.org' };
  return compare(
    await alternate(
      'an update of a container: how long nobody is answered, against docker stop and docker run',
      rounds,
      async () => {
        const deploy = ['deploy', 'bench', '--to', 'docker', '--version', older, '--image', 'build', '--yes', '--json'];
        const { stdout } = await runHardshell(person, deploy);
        const port = Number(/"port":(\d+)/.exec(stdout)?.[1]);
        await using watch = watchDowntime(port);
        await runHardshell(person, ['update', 'bench', '--version', newer, '--yes', '--json']);
        const down = await watch.finish();
        await runHardshell(person, ['remove', 'bench', '--purge', '--yes', '--json']);
        return down;
      },
      () => swapBareContainer(images.from, images.to),
    ),
  );
}

const asUser = (script: string): string =>
  `runuser -u ${user} -- env HOME=${home} PATH=${serverLayout.nodeDir}/bin:${npmPrefix}/bin:/usr/bin:/bin sh -c 'export XDG_RUNTIME_DIR=/run/user/$(id -u); cd; ${script}'`;
const STOP = asUser(`systemctl --user stop ${unit}`);
const START = asUser(`systemctl --user reset-failed ${unit} 2>/dev/null; systemctl --user start ${unit}`);
const KEPT = '/root/kept';
/* Stopped for it: a database that is written to is no copy. */
const KEEP = `set -e; ${STOP}; mkdir -p ${KEPT}; cp -a ${home}/. ${KEPT}/; ${START}`;
const BACK = `set -e; ${STOP}; find ${home} -mindepth 1 -maxdepth 1 -exec rm -rf {} +; cp -a ${KEPT}/. ${home}/; ${asUser('systemctl --user daemon-reload')}; ${START}`;

const UNTIL_READY = `const look = () => fetch("http://127.0.0.1:${String(PORT)}/readyz").then(({ ok }) => ok, () => false).then((ok) => { if (!ok) setTimeout(look, 500); }); look();`;

async function untilReady(server: LabServer): Promise<void> {
  await server.sh(`${node} -e '${UNTIL_READY}'`);
}

/* Whoever has stopped it reads the longest time without an answer, in ms. $1 file that is there while it looks */
const PROBE = `const http = require("node:http"), fs = require("node:fs"); let lastGood, longest = 0;
const ask = () => new Promise((resolve) => { const asked = http.get({ host: "127.0.0.1", port: ${String(PORT)}, path: "/healthz", agent: false, timeout: 2000 }, (reply) => { reply.resume(); resolve(reply.statusCode === 200); }); asked.on("timeout", () => asked.destroy()); asked.on("error", () => resolve(false)); });
(async () => { while (fs.existsSync(process.argv[1])) { if (await ask()) { const now = performance.now(); if (lastGood !== undefined) longest = Math.max(longest, now - lastGood); lastGood = now; } await new Promise((resolve) => setTimeout(resolve, 100)); } process.stdout.write(String(Math.round(longest))); })();`;

async function downtimeOn(server: LabServer, update: () => Promise<unknown>): Promise<number> {
  const flag = '/run/bench-probe';
  await server.sh(`touch ${flag}`);
  const said = server.sh(`${node} -e '${PROBE}' ${flag}`);
  said.catch(() => undefined); // asked for below; a failed update is the first error
  try {
    await untilReady(server);
    await update();
    await untilReady(server);
  } finally {
    await server.sh(`rm -f ${flag}`);
  }
  return Number(await said);
}
