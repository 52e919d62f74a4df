import { text as readAll } from 'node:stream/consumers';
import { AppError, toAppError } from '../../shared/app-error.ts';
import type { Diagnosis, DiagnosisFinding } from '../../shared/model/diagnosis.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { findServer } from '../../shared/model/target.ts';
import type { ConnectOptions } from '../api.ts';
import type { CoreDeps } from '../api-deps.ts';
import type { Place } from '../places/place.ts';
import type { Runs } from '../runner/journal.ts';
import type { StateStore } from '../state/state-store.ts';
import { buildBundle } from './bundle/build-bundle.ts';
import { listAuthors, readableLog } from './bundle/bundled-logs.ts';
import { createRedactor, type Redactor } from './bundle/redact.ts';
import { judge } from './check.ts';
import { listBots } from './checks/access-checks.ts';
import { checks } from './checks/index.ts';
import type { DiagnosisApi, SupportBundle } from '../api-diagnosis.ts';
import type { Evidence } from './evidence.ts';
import { digestOf, valueOf } from './doctor-text.ts';
import { diffLines } from './line-diff.ts';
import { lookSlowly, type ChannelTeller } from './slow-look.ts';

const LOG_LINES = 2000;
const BUNDLED_RUNS = 5;
const KEPT_BUNDLES = 4;

export interface DiagnosisServices {
  readonly deps: CoreDeps;
  readonly state: StateStore;
  readonly runs: Runs;
  readonly now: () => number;
  readonly find: (
    name: string,
    given?: ConnectOptions,
  ) => Promise<{ instance: Instance; place: Place; options: ConnectOptions }>;
  readonly channels: ChannelTeller;
}

/** Of one that was adopted nothing is mended from here: what is wrong is said, and nothing offered. Pure. */
function offered({ adopted }: Instance, findings: DiagnosisFinding[]): DiagnosisFinding[] {
  if (adopted === undefined) return findings;
  return findings.map(({ fix, ...finding }) =>
    fix === undefined ? finding : { ...finding, hint: finding.hint ?? fix.label },
  );
}

/** Looks for what is wrong, and gathers what helps to help. Changes nothing but what our own record says of bots. */
export function createDiagnosis({ deps, state, runs, now, find, channels }: DiagnosisServices): DiagnosisApi {
  const kept = new Map<string, SupportBundle>();
  const signalOf = ({ signal = new AbortController().signal }: ConnectOptions): AbortSignal => signal;
  const at = (findings: DiagnosisFinding[]): Diagnosis => ({ at: new Date(now()).toISOString(), findings });

  const read = async (instance: Instance, place: Place, options: ConnectOptions): Promise<Evidence> => {
    await using ward = await place.openWard(instance, options);
    const evidence = await ward.read(signalOf(options));
    await keepBots(evidence);
    return evidence;
  };
  /** Other instances are told apart by their bots without being asked for them. */
  const keepBots = async (evidence: Evidence): Promise<void> => {
    const { id, bots: old = [] } = evidence.instance;
    const bots = [...listBots(evidence)];
    if (evidence.config.is !== 'read' || (bots.length === old.length && bots.every((bot) => old.includes(bot)))) return;
    await state.instances.update(id, (record) => {
      if (record === undefined) throw new AppError('instance.unknown');
      return { ...record, bots };
    });
  };
  const openRedactor = async (
    evidence: Evidence | undefined,
    instance: Instance,
    authors: ReturnType<typeof listAuthors> = { users: [], hosts: [] },
  ): Promise<Redactor> => {
    const all = await state.instances.list();
    const servers = all.flatMap(({ target }) => findServer(target) ?? []);
    return createRedactor({
      secrets: evidence?.token === undefined ? [] : [evidence.token.reveal()],
      hosts: [
        ...servers.flatMap(({ host }) => host),
        ...all.flatMap(({ ingress }) => {
          const access = ingress?.access;
          if (access?.mode === 'domain') return [access.host];
          return access?.mode === 'base' ? [access.domain] : [];
        }),
        ...[deps.who.split('@')[1] ?? ''],
        ...authors.hosts,
      ],
      users: [deps.userName, ...authors.users, ...servers.flatMap(({ user }) => user ?? [])],
      names: [...all.map(({ name }) => name), instance.name],
    });
  };

  return {
    async look(name, depth, given) {
      const { instance, place, options } = await find(name, given);
      if (depth === 'slow') return at(offered(instance, await lookSlowly(instance, place, options, channels)));
      return at(offered(instance, judge(checks, await read(instance, place, options))));
    },
    async doctorDiff(name, given) {
      const { instance, place, options } = await find(name, given);
      await using ward = await place.openWard(instance, options);
      const { before, after } = await ward.askDoctor(signalOf(options));
      if (before === undefined || after === undefined) throw new AppError('repair.failed');
      const redactor = await openRedactor(undefined, instance);
      const lines = (text: string): string[] =>
        JSON.stringify(redactor.config(valueOf(text)), undefined, 2).split('\n');
      return { ...diffLines(lines(before), lines(after)), digest: digestOf({ before, after }) };
    },
    async bundle(name, given) {
      const { instance, place, options } = await find(name, given);
      const missing: string[] = [];
      /** A bundle is wanted where things fail: what cannot be had is left out, and said. */
      const tried = async <T>(what: string, work: () => Promise<T>, other: T): Promise<T> => {
        try {
          return await work();
        } catch (error) {
          signalOf(options).throwIfAborted();
          missing.push(`${what}: ${toAppError(error).message}`);
          return other;
        }
      };
      const evidence = await tried('facts', () => read(instance, place, options), undefined);
      const [slow, gatewayLog, otherLogs] = await Promise.all([
        tried('what OpenClaw finds', () => lookSlowly(instance, place, options, channels), []),
        tried(
          'the log of the gateway',
          async () => readAll(await place.logs(instance, { follow: false, lines: LOG_LINES }, options)),
          '',
        ),
        tried<Readonly<Record<string, string>>>('other logs', () => place.readLogs(instance, options), {}),
      ]);
      const own = (await runs.list()).filter(({ instanceId }) => instanceId === instance.id);
      const bundle = buildBundle(
        {
          id: `${String(now())}-${String(kept.size)}`,
          at: new Date(now()),
          versions: {
            hardshell: deps.version,
            platform: `${deps.platform} ${deps.arch}`,
            openclaw: evidence?.look?.package?.version ?? instance.version,
            node: evidence?.look?.node ?? instance.nodeVersion ?? 'unknown',
          },
          instance,
          evidence,
          diagnosis: at([...(evidence === undefined ? [] : judge(checks, evidence)), ...slow]),
          runs: own.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, BUNDLED_RUNS),
          logs: { ...(gatewayLog === '' ? {} : { 'gateway.log': readableLog(gatewayLog) }), ...otherLogs },
          missing,
        },
        await openRedactor(evidence, instance, listAuthors(gatewayLog, otherLogs['audit.log'] ?? '')),
      );
      kept.set(bundle.id, bundle);
      for (const id of [...kept.keys()].slice(0, -KEPT_BUNDLES)) kept.delete(id);
      return bundle;
    },
    keptBundle(id) {
      const bundle = kept.get(id);
      if (bundle === undefined) throw new AppError('bundle.unknown');
      return bundle;
    },
  };
}
