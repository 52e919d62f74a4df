import { AppError } from '../../shared/app-error.ts';
import { MIN_MEMORY_BYTES, type ResourceLimits } from '../../shared/model/resources.ts';
import type { Finding } from '../api.ts';
import type { EngineLook } from '../container-engine/container-engine.ts';
import { fix, formatList, formatSize, ok, refuse, warn } from './finding.ts';

/** An image of OpenClaw and what is needed to build it. */
const NEEDED_DISK_BYTES = 3 * 1024 ** 3;

export interface EngineAnswers {
  /** Undefined: there is none. */
  readonly engine: EngineLook | undefined;
  /** `docker`, or the address of the server. */
  readonly name: string;
  /** Whether a step of the plan brings one. */
  readonly canInstall: boolean;
  readonly limits: ResourceLimits;
  /** What the other instances on the engine may take together. */
  readonly promisedBytes: number;
  /** Free where the engine keeps its data; undefined where that cannot be known from here. */
  readonly freeDiskBytes: number | undefined;
  /** The image is there: nothing has to be fetched. */
  readonly hasImage: boolean;
  readonly port: { readonly port: number; readonly isTaken: boolean };
  /** A container of that name which is another installation's. */
  readonly foreign: { readonly container: string; readonly installation: string } | undefined;
}

/** Pure: whether an instance can live on this engine. */
export function judgeEngine(answers: EngineAnswers): readonly Finding[] {
  const { engine } = answers;
  if (engine === undefined) return [judgeMissing(answers.canInstall)];
  return [
    judgeVersion(engine, answers.name),
    judgeArch(engine),
    judgeMemory(engine, answers),
    judgeProcessors(engine, answers.limits),
    judgeEnforcement(engine),
    ...judgeDisk(answers),
    judgePort(answers.port),
    ...judgeForeign(answers.foreign),
  ];
}

const ENGINE = { id: 'engine', title: 'Docker engine' };

function judgeMissing(canInstall: boolean): Finding {
  if (canInstall) return fix(ENGINE, 'There is no Docker engine on this server yet; it will be installed.');
  const error = new AppError('engine.missing');
  return refuse(ENGINE, 'engine.missing', error.message);
}

function judgeVersion({ version, apiVersion, isRootless, storageDriver }: EngineLook, name: string): Finding {
  const how = isRootless ? 'rootless' : 'run by root';
  const said = `Docker ${version} (API ${apiVersion}) at ${name}, ${how}.`;
  if (storageDriver === 'vfs') return warn(ENGINE, `${said} It keeps every layer whole (vfs): that takes much disk.`);
  return ok(ENGINE, said);
}

const ARCHS: Readonly<Record<string, string>> = { x86_64: 'x86-64', amd64: 'x86-64', aarch64: 'ARM', arm64: 'ARM' };

function judgeArch({ os, arch }: EngineLook): Finding {
  const subject = { id: 'arch', title: 'Processor' };
  const known = ARCHS[arch];
  if (os !== 'linux')
    return refuse({ id: 'arch', title: 'Containers' }, 'preflight.unsupported-os', `The engine runs ${os} containers.`);
  if (known === undefined) return refuse(subject, 'preflight.unsupported-arch', `The engine runs on ${arch}.`);
  return ok(subject, `64-bit ${known}.`);
}

function judgeMemory(engine: EngineLook, { limits, promisedBytes }: EngineAnswers): Finding {
  const subject = { id: 'memory', title: 'Memory' };
  const total = formatSize(engine.memoryBytes);
  const wanted = formatSize(limits.memoryBytes);
  if (engine.memoryBytes < MIN_MEMORY_BYTES)
    return refuse(subject, 'preflight.memory', `The engine has ${total} of memory, and OpenClaw needs at least 1 GB.`);
  if (limits.memoryBytes > engine.memoryBytes)
    return warn(subject, `The limit of ${wanted} is more than the ${total} that the engine has.`);
  if (promisedBytes + limits.memoryBytes > engine.memoryBytes)
    return warn(
      subject,
      `With the other instances ${formatSize(promisedBytes + limits.memoryBytes)} are promised, and the engine has ${total}.`,
    );
  return ok(subject, `Up to ${wanted} of the ${total} that the engine has.`);
}

function judgeProcessors({ cpus }: EngineLook, limits: ResourceLimits): Finding {
  const subject = { id: 'processors', title: 'Processors' };
  if (limits.cpus <= cpus) return ok(subject, `Up to ${String(limits.cpus)} of ${String(cpus)}.`);
  return refuse(
    subject,
    'usage.invalid',
    `${String(limits.cpus)} processors are asked for, and the engine has ${String(cpus)}.`,
  );
}

function judgeEnforcement({ canLimit }: EngineLook): Finding {
  const subject = { id: 'limits', title: 'Limits' };
  const missing = [
    ...(canLimit.memory ? [] : ['memory']),
    ...(canLimit.cpus ? [] : ['processors']),
    ...(canLimit.pids ? [] : ['the number of processes']),
  ];
  if (missing.length === 0) return ok(subject, 'The engine enforces limits of memory, processors and processes.');
  return warn(subject, `This engine cannot limit ${formatList(missing)}: an instance may take all of it.`);
}

function judgeDisk({ freeDiskBytes, hasImage }: EngineAnswers): Finding[] {
  const subject = { id: 'disk', title: 'Disk' };
  if (freeDiskBytes === undefined) return [];
  const free = `${formatSize(freeDiskBytes)} are free where Docker keeps its data`;
  if (hasImage || freeDiskBytes >= NEEDED_DISK_BYTES) return [ok(subject, `${free}.`)];
  return [refuse(subject, 'preflight.disk-full', `${free}; ${formatSize(NEEDED_DISK_BYTES)} are needed.`)];
}

function judgePort({ port, isTaken }: EngineAnswers['port']): Finding {
  const subject = { id: 'port', title: 'Port' };
  if (isTaken) return refuse(subject, 'preflight.port-busy', `Port ${String(port)} is used by another program.`);
  return ok(subject, `Port ${String(port)} of the machine's own address, for nobody else.`);
}

function judgeForeign(foreign: EngineAnswers['foreign']): Finding[] {
  if (foreign === undefined) return [];
  const { container, installation } = foreign;
  return [
    refuse(
      { id: 'occupant', title: 'Instance' },
      'engine.conflict',
      `An instance of that name is here already: the container ${container} of another Hardshell (${installation}).`,
      { hint: 'Choose another name, or look after it with the Hardshell that made it.' },
    ),
  ];
}
