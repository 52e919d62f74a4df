import { gzipSync } from 'node:zlib';
import type { Diagnosis } from '../../../shared/model/diagnosis.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import type { RunSnapshot } from '../../../shared/model/run.ts';
import { packFiles } from '../../container-engine/tar-archive.ts';
import type { BundleFile, SupportBundle } from '../../api-diagnosis.ts';
import type { Evidence } from '../evidence.ts';
import type { Redactor } from './redact.ts';

/** Of each log: what is older seldom helps. */
const LOG_CHARACTERS = 512 * 1024;

export interface BundleSources {
  readonly id: string;
  readonly at: Date;
  readonly versions: Readonly<Record<string, string>>;
  readonly instance: Instance;
  /** Undefined where the machine could not be asked. */
  readonly evidence: Evidence | undefined;
  readonly diagnosis: Diagnosis;
  readonly runs: readonly RunSnapshot[];
  readonly logs: Readonly<Record<string, string>>;
  /** What could not be had, and why. */
  readonly missing: readonly string[];
}

/** Pure but for the archive's times. Every text goes through the redactor, the configuration first: it knows the secrets. */
export function buildBundle(sources: BundleSources, redactor: Redactor): SupportBundle {
  const { evidence, instance } = sources;
  const print = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  const json = (value: unknown): string => print(redactor.value(value));
  const config = evidence?.config.is === 'read' ? print(redactor.config(evidence.config.value)) : undefined;
  const files: BundleFile[] = [
    { path: 'README.txt', text: describe(sources, redactor) },
    { path: 'versions.json', text: json(sources.versions) },
    { path: 'instance.json', text: json(describeInstance(instance)) },
    { path: 'findings.json', text: json(sources.diagnosis) },
    ...(evidence === undefined ? [] : [{ path: 'facts.json', text: json(describeEvidence(evidence)) }]),
    ...(config === undefined ? [] : [{ path: 'openclaw.json', text: config }]),
    ...sources.runs.map((run) => ({
      path: `runs/${run.startedAt.replaceAll(':', '-')}-${run.kind}.json`,
      text: json(describeRun(run)),
    })),
    ...Object.entries(sources.logs).map(([name, text]) => ({
      path: `logs/${name}`,
      text: redactor.text(takeEnd(text)),
    })),
  ];
  const name = `hardshell-support-${sources.at.toISOString().slice(0, 16).replaceAll(':', '')}`;
  const packed = packFiles(
    files.map(({ path, text }) => ({
      path: `${name}/${path}`,
      mode: 0o600,
      uid: 0,
      gid: 0,
      content: Buffer.from(text),
    })),
  );
  return { id: sources.id, fileName: `${name}.tar.gz`, files, archive: gzipSync(packed) };
}

/** Whole lines: the rest of one may be the rest of a secret. */
function takeEnd(text: string): string {
  if (text.length <= LOG_CHARACTERS) return text;
  const end = text.slice(-LOG_CHARACTERS);
  return end.slice(end.indexOf('\n') + 1);
}

function describe({ missing }: BundleSources, redactor: Redactor): string {
  return [
    'A support bundle of Hardshell: what helps to find out why an OpenClaw does not do what it should.',
    'Secrets, addresses, names of hosts and accounts are replaced; the same one by the same word, such as <ip-1>.',
    'Messages that a gateway wrote into its log are in it: read it before you send it.',
    ...missing.map((line) => redactor.text(`Not in it: ${line}`)),
    '',
  ].join('\n');
}

/** What was chosen, without where it is. */
function describeInstance(instance: Instance): object {
  const {
    phase,
    version,
    nodeVersion,
    port,
    provider,
    model,
    installer,
    telemetry,
    limits,
    ingress,
    guard,
    suspension,
  } = instance;
  const place =
    instance.target.kind === 'docker' && instance.target.server !== undefined
      ? 'docker over ssh'
      : instance.target.kind;
  const reached = ingress?.access.mode ?? 'tunnel';
  const { image } = instance.container ?? {};
  return {
    place,
    phase,
    version,
    nodeVersion,
    port,
    provider,
    model,
    installer,
    telemetry,
    limits,
    reached,
    guard,
    suspension,
    image,
  };
}

/** Without the configuration, and without what programs have in their environment. */
function describeEvidence({ look, server, container, supervised, wanted }: Evidence): object {
  const { config, process: gateway, unitText, ...rest } = look ?? {};
  return {
    ...rest,
    config: config?.is === 'read' ? { mode: config.mode, bytes: config.bytes } : config,
    environment: Object.keys(gateway?.env ?? {}),
    unitFile: unitText?.replace(/^(Environment="?\w+=).*$/gm, '$1…'),
    wanted,
    unit: server?.unit,
    linger: server?.linger,
    memory: server?.memory,
    listeners: server?.listeners,
    container: container?.found === undefined ? undefined : { ...container.found, env: undefined, labels: undefined },
    supervised,
  };
}

function describeRun({ kind, status, startedAt, endedAt, steps, error, stats }: RunSnapshot): object {
  return { kind, status, startedAt, endedAt, steps, error, stats };
}
