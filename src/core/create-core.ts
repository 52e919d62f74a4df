import { AppError } from '../shared/app-error.ts';
import { runIdSchema } from '../shared/model/ids.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { Target } from '../shared/model/target.ts';
import type { ConnectOptions, Core, CoreDeps, Finding } from './api.ts';
import { createPreviews, runOpenPlan, type RunServices } from './deployments.ts';
import { createTrustStore } from './host/ssh/trust-store.ts';
import { findByName, isSamePlace, saveBeforeRun, saveDeployed } from './instances.ts';
import { createLocalPlace } from './places/local-place.ts';
import { readTelegramBot } from './openclaw/telegram.ts';
import type { Place } from './places/place.ts';
import { createServerPlace, type PlaceServices } from './places/server-place.ts';
import { createRuns } from './runner/journal.ts';
import { createSecretStore } from './secrets/create-secret-store.ts';
import { createStateStore } from './state/state-store.ts';
import { superviseDataFolder } from './supervisor/supervise.ts';
import { createIds, systemClock } from './system/ids.ts';

/** Builds the product without a window. A door calls it once, and disposes what it returns. */
export function createCore(deps: CoreDeps): Core {
  const now = systemClock;
  const ids = createIds();
  const onProblem = (error: AppError): void => {
    deps.log({
      level: 'warn',
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  };
  const state = createStateStore(deps.dataDir, { onProblem, platform: deps.platform, ids });
  const { layout } = state;
  const runs = createRuns({ dir: layout.runsDir, clock: now, onProblem });
  const trust = createTrustStore(layout.trustFile, now);
  const secrets = createSecretStore({
    dir: layout.secretsDir,
    keychain: deps.keychain,
    passphraseFile: deps.passphraseFile,
  });
  const services: PlaceServices = { deps, state, runs, secrets, trust, ids, now };
  const places: Readonly<Record<Target['kind'], Place>> = {
    ssh: createServerPlace(services),
    local: createLocalPlace(services),
  };
  const placeFor = (target: Target): Place => places[target.kind];
  const runServices: RunServices = { deps, state, runs, ids, now, placeFor };
  const previews = createPreviews(ids);

  const find = async (name: string): Promise<{ instance: Instance; place: Place }> => {
    const instance = await findByName(state, name);
    if (instance === undefined)
      throw new AppError('instance.unknown', { message: `There is no instance named "${name}".` });
    return { instance, place: placeFor(instance.target) };
  };
  const signalOf = (options: ConnectOptions): AbortSignal => options.signal ?? new AbortController().signal;

  /** Asked before anything else: a bot that does not exist is better known before a server is touched. */
  const checkTelegram = async ({ secrets: given }: ConnectOptions, signal: AbortSignal): Promise<Finding[]> => {
    if (given?.telegramToken === undefined) return [];
    const bot = await readTelegramBot(given.telegramToken, {
      signal,
      ...(deps.telegramApi === undefined ? {} : { api: deps.telegramApi }),
    });
    return [{ id: 'telegram', title: 'Telegram', level: 'ok', because: `The token is that of @${bot.username}.` }];
  };

  return {
    deployments: {
      async preview(spec, options = {}) {
        const existing = await findByName(state, spec.name);
        if (existing !== undefined && !isSamePlace(existing.target, spec.target)) throw new AppError('instance.exists');
        if (options.secrets?.providerKey !== undefined && (spec.provider ?? existing?.provider) === undefined) {
          throw new AppError('usage.invalid', {
            message: 'There is a providerKey, and no provider that it is for.',
            hint: 'Name it with --provider.',
          });
        }
        const signal = signalOf(options);
        const findings = await checkTelegram(options, signal);
        const plan = await placeFor(spec.target).openDeployment({ spec, existing, options, signal });
        return previews.show({ ...plan, findings: [...plan.findings, ...findings] });
      },
      start: (previewId, options = {}) =>
        runOpenPlan(previews.take(previewId), runServices, options, {
          before: (instance) => saveBeforeRun(state, instance),
          after: (instance) => saveDeployed(state, instance),
        }),
      discard: (previewId) => previews.discard(previewId),
    },
    removals: {
      async preview(name, how, options = {}) {
        const { instance, place } = await find(name);
        return previews.show(await place.openRemoval(instance, how, options));
      },
      start: (previewId, options = {}) =>
        runOpenPlan(previews.take(previewId), runServices, options, {
          before: (instance) => saveBeforeRun(state, { ...instance, phase: 'removing' }),
          async after(instance) {
            const token = (await state.instances.get(instance.id))?.token;
            if (token !== undefined) await secrets.remove(token);
            await state.instances.remove(instance.id);
          },
        }),
    },
    instances: {
      list: () => state.instances.list(),
      async status(name, options = {}) {
        const { instance, place } = await find(name);
        return place.status(instance, options);
      },
      async start(name, options = {}) {
        const { instance, place } = await find(name);
        await place.control(instance, 'start', options);
      },
      async stop(name, options = {}) {
        const { instance, place } = await find(name);
        await place.control(instance, 'stop', options);
      },
      async restart(name, options = {}) {
        const { instance, place } = await find(name);
        await place.control(instance, 'restart', options);
      },
      async logs(name, how, options = {}) {
        const { instance, place } = await find(name);
        return place.logs(instance, how, options);
      },
      async exec(name, argv, spawn, options = {}) {
        const { instance, place } = await find(name);
        return place.exec(instance, argv, spawn, options);
      },
      async open(name, options = {}) {
        const { instance, place } = await find(name);
        return place.open(instance, options);
      },
    },
    runs: {
      list: () => runs.list(),
      async get(runId) {
        const id = runIdSchema.safeParse(runId);
        return id.success ? runs.read(id.data) : undefined;
      },
    },
    trust: {
      list: async () =>
        (await trust.list()).map(({ host, type, fingerprint, addedAt }) => ({ host, type, fingerprint, addedAt })),
      remove: (host) => trust.remove(host),
    },
    supervise: (signal) => superviseDataFolder(services, signal),
    [Symbol.asyncDispose]: () => previews[Symbol.asyncDispose](),
  };
}
