import { join } from 'node:path';
import { AppError } from '../shared/app-error.ts';
import { runIdSchema } from '../shared/model/ids.ts';
import type { Instance } from '../shared/model/instance.ts';
import { isSamePlace, type Target } from '../shared/model/target.ts';
import type { ConnectOptions, Core, Finding } from './api.ts';
import type { CoreDeps } from './api-deps.ts';
import { createCoreAlerts } from './core-alerts.ts';
import { createCoreConfiguration } from './core-configuration.ts';
import { createCoreUpdates } from './core-updates.ts';
import { createPreviews, runOpenPlan, type RunServices } from './deployments.ts';
import { forgetAlerts } from './alerts/alert-book.ts';
import { rememberStopped } from './alerts/stopped-here.ts';
import { createWatchService } from './watch-service/watch-service.ts';
import { createBackupKeys } from './backups/backup-keys.ts';
import { createBackupVault } from './backups/backup-vault.ts';
import { createBackups } from './backups/backups.ts';
import { createOpenStore } from './backups/destinations.ts';
import { createConfigBooks } from './configuration/config-books.ts';
import { createDiagnosis } from './diagnosis/create-diagnosis.ts';
import { readSshConfig } from './host/ssh/ssh-config-file.ts';
import { listConfigHosts } from './host/ssh/ssh-config-hosts.ts';
import { createTrustStore } from './host/ssh/trust-store.ts';
import { createDevices } from './devices.ts';
import { findByName, listSecrets, saveBeforeRemoval, saveBeforeRun, saveDeployed } from './instances.ts';
import { createAssistant } from './assistant.ts';
import { createOperations } from './operations.ts';
import { sayIfSuspended, suspendedError } from './openclaw/suspension.ts';
import { createFleetServices, watchFleets } from './links/fleets.ts';
import { createLinks } from './links/links.ts';
import { createLogins } from './logins.ts';
import { guardAdopted } from './adoption/adopted-place.ts';
import { createImports } from './imports.ts';
import { createDockerPlace } from './places/docker-place.ts';
import { createLocalPlace } from './places/local-place.ts';
import { readTelegramBot } from './openclaw/telegram.ts';
import type { Place } from './places/place.ts';
import type { PlaceServices } from './places/place-services.ts';
import { createServerPlace } from './places/server-place.ts';
import { createKeyRing } from './places/key-ring.ts';
import { readServerKey } from './places/ssh-key-change.ts';
import { createTokenKeeper } from './places/token-keeper.ts';
import { createDeviceDeeds } from './state/device-deeds.ts';
import { createRuns } from './runner/journal.ts';
import { createRunsGoingOn } from './runs-going-on.ts';
import { createSecretStore } from './secrets/create-secret-store.ts';
import { watchRecords } from './state/watch-records.ts';
import { createMirrorBook } from './state/mirror-book.ts';
import { createStateStore } from './state/state-store.ts';
import { superviseDataFolder } from './supervisor/supervise.ts';
import { createIds, systemClock } from './system/ids.ts';
import { createReleaseBook } from './updates/release-book.ts';

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
  const mirrors = createMirrorBook(layout.mirrorsFile, deps.mirrors, now, onProblem);
  const keys = createBackupKeys(state, secrets);
  const keyRing = createKeyRing(state, secrets, now);
  const openStore = createOpenStore({ deps, trust, keys, panelKeys: keyRing });
  const vault = createBackupVault({ dir: layout.backupsDir, keys, openStore });
  const services: PlaceServices = { deps, state, runs, secrets, trust, keyRing, mirrors, ids, now, vault };
  const logins = createLogins(state, secrets, (id) => links.retry(id));
  const links = createLinks({ ...services, readLogin: (id) => logins.read(id), onProblem });
  const places: Readonly<Record<Target['kind'], Place>> = {
    ssh: guardAdopted(createServerPlace(services), services),
    local: createLocalPlace(services),
    docker: guardAdopted(createDockerPlace(services), services),
  };
  const placeFor = (target: Target): Place => places[target.kind];
  const goingOn = createRunsGoingOn();
  const runServices: RunServices = { deps, state, runs, goingOn, ids, now, placeFor };
  const previews = createPreviews(ids);

  const find = async (
    name: string,
    given: ConnectOptions = {},
  ): Promise<{ instance: Instance; place: Place; options: ConnectOptions }> => {
    const instance = await findByName(state, name);
    if (instance === undefined)
      throw new AppError('instance.unknown', { message: `There is no instance named "${name}".` });
    const options = await logins.complete(instance.id, given);
    return { instance, place: placeFor(instance.target), options };
  };
  const control = async (name: string, verb: 'start' | 'stop' | 'restart', given?: ConnectOptions): Promise<void> => {
    const { instance, place, options } = await find(name, given);
    if (instance.suspension !== undefined && verb !== 'stop') throw suspendedError(instance.suspension);
    try {
      await place.control(instance, verb, options);
      await rememberStopped(state.alertMarks, instance.id, verb === 'stop');
    } finally {
      links.refresh(instance.id);
    }
  };

  /** Asked before anything else: a bot that does not exist is better known before a server is touched. */
  const checkTelegram = async ({ secrets: given }: ConnectOptions, signal: AbortSignal): Promise<Finding[]> => {
    if (given?.telegramToken === undefined) return [];
    const bot = await readTelegramBot(given.telegramToken, {
      signal,
      ...(deps.telegramApi === undefined ? {} : { api: deps.telegramApi }),
    });
    return [{ id: 'telegram', title: 'Telegram', level: 'ok', because: `The token is that of @${bot.username}.` }];
  };

  const configBooks = createConfigBooks(layout, now, () => ids.configEntry());
  const fleetServices = createFleetServices({ ...services, readLogin: (id) => logins.read(id), onProblem });
  const releases = createReleaseBook(now);
  const readNewest = async (signal: AbortSignal): Promise<string | undefined> =>
    (await releases.read((await mirrors.read()).npm, signal)).tags['latest'];
  const operations = createOperations({
    ...runServices,
    previews,
    find,
    refresh: (id) => links.refresh(id),
    watchUsage: (id, wish, onReading) => links.watchUsage(id, wish, onReading),
    onProblem,
  });

  const exec: Core['instances']['exec'] = async (name, argv, spawn, given) => {
    const { instance, place, options } = await find(name, given);
    return place.exec(instance, argv, spawn, options);
  };
  const assistant = createAssistant({ ...services, ...configBooks, find, link: (id) => links.open(id), exec });
  const deeds = createDeviceDeeds(layout.devicesDir);
  const devices = createDevices({
    find,
    openLink: (id) => links.open(id),
    learn: (id, given) => {
      logins.learn(id, given);
      links.retry(id);
    },
    readInstance: (id) => state.instances.get(id),
    deeds,
    who: deps.who,
    now,
  });

  return {
    deployments: {
      async preview(spec, given = {}) {
        const existing = await findByName(state, spec.name);
        const options = existing === undefined ? given : await logins.complete(existing.id, given);
        if (existing !== undefined && !isSamePlace(existing.target, spec.target)) throw new AppError('instance.exists');
        if (existing?.suspension !== undefined) throw suspendedError(existing.suspension);
        if (existing?.pendingUpdate !== undefined) throw new AppError('update.unfinished');
        if (options.secrets?.providerKey !== undefined && (spec.provider ?? existing?.provider) === undefined) {
          throw new AppError('usage.invalid', {
            message: 'There is a providerKey, and no provider that it is for.',
            hint: { command: 'Name it with --provider.', window: 'Choose the provider.' },
          });
        }
        return previews.show(options.signal, async (signal) => {
          const asked = { ...options, signal };
          const findings = await checkTelegram(asked, signal);
          const plan = await placeFor(spec.target).openDeployment({ spec, existing, options: asked, signal });
          logins.learn(plan.instance.id, options.secrets ?? {});
          return { ...plan, former: existing, findings: [...plan.findings, ...findings] };
        });
      },
      start: (previewId, options = {}) =>
        runOpenPlan(previews.take(previewId), runServices, options, {
          before: (instance, former) => saveBeforeRun(state, instance, former),
          async after(instance) {
            await saveDeployed(state, instance);
            links.refresh(instance.id);
          },
        }),
      rehearse: async (previewId, stepId, signal = new AbortController().signal) =>
        previews.rehearse(previewId, stepId, signal),
      discard: (previewId) => previews.discard(previewId),
    },
    removals: {
      async preview(name, how, given) {
        const { instance, place, options } = await find(name, given);
        return previews.show(options.signal, (signal) => place.openRemoval(instance, how, { ...options, signal }));
      },
      start: (previewId, options = {}) =>
        runOpenPlan(previews.take(previewId), runServices, options, {
          before: (instance) => saveBeforeRemoval(state, instance),
          async after(instance) {
            for (const secret of listSecrets(await state.instances.get(instance.id))) await secrets.remove(secret);
            await logins.api.forget(instance.id);
            await state.instances.remove(instance.id);
            await configBooks.forget(instance.id);
            await links.forget(instance.id);
            await assistant.forget(instance.id);
            await deeds.remove(instance.id);
            await forgetAlerts(state.alerts, ({ instanceId }) => instanceId === instance.id);
          },
        }),
    },
    ...createCoreUpdates({ state, mirrors, releases, find, operations, now, onProblem }),
    imports: createImports({ places: services, runs: runServices, previews, logins, links }),
    ingress: operations.ingress,
    backups: createBackups({ state, vault, keys, openStore, now, makeScheduled: operations.makeScheduled, onProblem }),
    configuration: createCoreConfiguration({
      deps,
      state,
      ids,
      now,
      find,
      logins,
      links,
      operations,
      ...configBooks,
    }),
    ...assistant.api,
    diagnosis: createDiagnosis({ deps, state, runs, now, find, channels: assistant.api.channels }),
    devices,
    alerts: createCoreAlerts({
      deps,
      state,
      secrets,
      runs,
      now,
      onProblem,
      openLink: (id) => links.open(id),
      operations,
      readNewest,
    }),
    watchService: createWatchService(deps, secrets),
    exposure: operations.exposure,
    guards: operations.guards,
    instances: {
      list: () => state.instances.list(),
      async status(name, given) {
        const { instance, place, options } = await find(name, given);
        return sayIfSuspended(await place.status(instance, options));
      },
      suspend: operations.suspend,
      resume: operations.resume,
      start: (name, given) => control(name, 'start', given),
      stop: (name, given) => control(name, 'stop', given),
      restart: (name, given) => control(name, 'restart', given),
      async logs(name, query, given) {
        const { instance, place, options } = await find(name, given);
        return place.logs(instance, query, options);
      },
      exec,
      async open(name, given) {
        const { instance, place, options } = await find(name, given);
        return place.open(instance, options);
      },
      link: (id) => links.open(id),
      watchContainers: (listener) => watchFleets(fleetServices, (status) => listener(sayIfSuspended(status))),
      async token(id) {
        const instance = await state.instances.get(id);
        if (instance === undefined) throw new AppError('instance.unknown');
        const token = await createTokenKeeper(instance, state, secrets).read();
        if (token === undefined) throw new AppError('secrets.missing');
        return token;
      },
    },
    logins: logins.api,
    sshKeys: { read: async (id) => readServerKey(id, services) },
    ssh: {
      hosts: async () =>
        listConfigHosts(await readSshConfig(join(deps.homeDir, '.ssh', 'config'), deps.homeDir), deps.userName),
    },
    mirrors,
    secrets: { backend: async () => (await secrets.backend()).backend },
    onChange: (listener) => watchRecords(layout, listener, onProblem),
    runs: {
      list: () => runs.list(),
      async get(runId) {
        const id = runIdSchema.safeParse(runId);
        return id.success ? runs.read(id.data) : undefined;
      },
      countGoingOn: () => goingOn.count,
    },
    trust: {
      list: async () =>
        (await trust.list()).map(({ host, type, fingerprint, addedAt }) => ({ host, type, fingerprint, addedAt })),
      remove: (host) => trust.remove(host),
    },
    supervise: (signal) => superviseDataFolder(services, signal),
    async [Symbol.asyncDispose]() {
      await links[Symbol.asyncDispose]();
      await previews[Symbol.asyncDispose]();
    },
  };
}
