import { AppError } from '../../shared/app-error.ts';
import type { AdoptedContainer } from '../../shared/model/adoption.ts';
import type { FoundInstall } from '../api-import.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { ContainerLook } from '../container-engine/container.ts';
import { warn } from '../diagnostics/finding.ts';
import { expectOk } from '../host/exec.ts';
import type { ConfigObject } from '../openclaw/config-document.ts';
import { execInside, readText } from '../steps/docker/state-files.ts';
import type { Candidate } from './adopter.ts';
import { CONTAINER_PROBE, parseProbed, type Probed } from './container-probe.ts';
import {
  findAuth,
  findPort,
  judgeVersion,
  parseEnvFile,
  parseEnvList,
  readFoundConfig,
  type FoundAuth,
} from './found-auth.ts';

const PROBE_TIMEOUT_MS = 60_000;
const LOOPBACK = new Set(['127.0.0.1', '::1']);
/** As an engine writes it when it publishes at every address. */
const EVERYWHERE = new Set(['0.0.0.0', '::', '']);

/** What was read in a container that runs. It holds the token, and goes no further than the plan. */
export interface ReadContainer {
  readonly probed: Probed;
  readonly config: ConfigObject;
  readonly env: Readonly<Record<string, string>>;
  readonly auth: FoundAuth;
}

/** Whether it is a gateway of OpenClaw, whoever has made it: by its image, its command, its port and its folders. Pure. */
export function runsGateway({ image, labels, command, ports, volumes, binds }: ContainerLook): boolean {
  const words = command.join(' ');
  if (!/\bgateway\b/.test(words)) return false;
  const title = labels['org.opencontainers.image.title'] ?? '';
  const folders = [...Object.keys(volumes), ...Object.keys(binds)];
  return (
    /openclaw|clawdbot|moltbot/i.test(`${image} ${title} ${words}`) ||
    ports.some(({ containerPort }) => containerPort === 18_789) ||
    folders.some((folder) => folder.endsWith('/.openclaw'))
  );
}

/** @throws AppError `import.stopped`, `import.layout`, `import.unreadable` */
export async function readFoundContainer(
  engine: ContainerEngine,
  { id, name, state, env }: ContainerLook,
  signal: AbortSignal,
): Promise<ReadContainer> {
  if (state !== 'running') {
    throw new AppError('import.stopped', {
      message: `The container ${name} does not run (${state}), and what does not run cannot be looked at.`,
      details: { container: name, state },
    });
  }
  const asked = await execInside(engine, id, ['node', '-e', CONTAINER_PROBE], { signal, timeoutMs: PROBE_TIMEOUT_MS });
  if (asked.code === 126 || asked.code === 127) {
    throw new AppError('import.layout', { message: `The container ${name} has no Node.js that could be asked.` });
  }
  const probed = parseProbed(expectOk(asked, 'Looking into the container').stdout);
  const config = readFoundConfig(await readText(engine, id, probed.config, signal));
  const written = parseEnvFile((await readText(engine, id, `${probed.state}/.env`, signal)) ?? '');
  const own = parseEnvList(env);
  return { probed, config, env: own, auth: findAuth(config, { ...written, ...own }) };
}

/** What it comes to. Pure. */
export function judgeContainer(shown: FoundInstall, look: ContainerLook, read: ReadContainer): Candidate {
  const { probed, config, env, auth } = read;
  const inside = findPort(look.command, env, config);
  const isOfMachine = 'host' in look.networks;
  const published = look.ports.filter(({ containerPort }) => containerPort === inside);
  const reachable = published.find(({ address }) => LOOPBACK.has(address) || EVERYWHERE.has(address));
  const port = isOfMachine ? inside : reachable?.port;
  const mounts = { ...look.volumes, ...look.binds };
  const problem =
    judgeVersion(probed.version) ??
    judgeFolders(probed, Object.keys(mounts)) ??
    (port === undefined ? unpublished(inside) : auth.problem);
  const facts: FoundInstall = {
    ...shown,
    ...(probed.version === undefined ? {} : { version: probed.version }),
    ...(port === undefined ? {} : { port }),
    stateDir: probed.state,
    token: auth.place,
    ...(problem === undefined ? {} : { problem }),
  };
  const adoption: AdoptedContainer = {
    kind: 'container',
    container: look.name,
    hostname: look.hostname,
    uid: probed.uid,
    gid: probed.gid,
    home: probed.home,
    stateDir: probed.state,
    configPath: probed.config,
    packageDir: probed.package ?? '/app',
    program: probed.program ?? ['openclaw'],
    port: inside,
    mounts,
  };
  const open = published.filter(({ address }) => !LOOPBACK.has(address));
  const findings = open
    .slice(0, 1)
    .map((one) =>
      warn(
        { id: 'published', title: 'Open port' },
        `Port ${String(one.port)} is published to every network of the machine. Whoever made the container can publish it at 127.0.0.1 alone; Hardshell needs no more.`,
      ),
    );
  return { shown: facts, adoption, auth, findings };
}

function judgeFolders({ state, config }: Probed, mounted: readonly string[]): AppError | undefined {
  if (config !== `${state}/openclaw.json`) {
    return new AppError('import.layout', {
      message: `Its openclaw.json does not lie in its state folder, but at ${config}. Hardshell does not know that.`,
    });
  }
  if (mounted.some((folder) => state === folder || state.startsWith(`${folder}/`))) return undefined;
  return new AppError('import.layout', {
    message: `Its state folder ${state} lies in no volume: it is lost as soon as the container is made anew.`,
    hint: 'Make a backup inside of it with `openclaw backup create`, then run it with a volume there.',
  });
}

function unpublished(inside: number): AppError {
  return new AppError('import.layout', {
    message: `The port of its gateway (${String(inside)}) is not published at 127.0.0.1 of the machine.`,
    hint: `Publish it: docker run -p 127.0.0.1:${String(inside)}:${String(inside)} …`,
  });
}
