import { AppError, toAppError } from '../../shared/app-error.ts';
import type { WatchService, WatchServiceStatus } from '../api-alerts.ts';
import type { CoreDeps } from '../api-deps.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import type { Host } from '../host/host.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { missesAgent, serviceEnvironment } from './service-texts.ts';
import { openUserServices, type UserServices } from './user-services.ts';

const NO_AGENT =
  'The SSH agent of this session ends with it, and the service does not get it: servers need a key file, a password or a key of this panel.';

/** @param openHost where the service is made. Default: this computer */
export function createWatchService(
  deps: CoreDeps,
  secrets: Pick<SecretStore, 'backend'>,
  openHost: () => Promise<Host> = () => openLocalHost(),
): WatchService {
  const withServices = async (
    work: (services: UserServices) => Promise<WatchServiceStatus>,
    without: () => WatchServiceStatus,
  ): Promise<WatchServiceStatus> => {
    await using host = await openHost();
    const services = openUserServices(deps, host);
    return services === undefined ? without() : await work(services);
  };

  const readNote = async (services: UserServices, signal: AbortSignal | undefined): Promise<string | undefined> => {
    const { backend } = await secrets.backend().catch(() => ({ backend: undefined }));
    if (backend === 'keychain')
      return 'Secrets lie in the keychain of this system: what needs one waits while the keychain is locked.';
    if (backend === 'memory') return 'Secrets are kept in memory alone: the service does not know them.';
    return await services.note(signal);
  };

  const read = async (services: UserServices, signal: AbortSignal | undefined): Promise<WatchServiceStatus> => {
    const state = await services.state(signal);
    if (state === undefined) return { state: 'unsupported' };
    const note = state === 'absent' ? undefined : await readNote(services, signal);
    return { state, name: services.name, file: services.file, ...(note === undefined ? {} : { note }) };
  };
  const unsupported = (): never => {
    throw new AppError('watch.unsupported');
  };
  const changing = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'internal.bug') throw error;
      throw new AppError('watch.failed', { details: { reason: error.message }, cause: error });
    }
  };

  return {
    status: (signal) =>
      withServices(
        (services) => read(services, signal),
        () => ({ state: 'unsupported' }),
      ),
    install: (signal) =>
      withServices(async (services) => {
        const { watchCommand } = deps;
        if (watchCommand === undefined || (await services.state(signal)) === undefined) return unsupported();
        const program = { argv: watchCommand, env: serviceEnvironment(deps.env) };
        await changing(() => services.install(program, signal));
        const status = await read(services, signal);
        if (!missesAgent(deps.env)) return status;
        return { ...status, note: status.note === undefined ? NO_AGENT : `${status.note} ${NO_AGENT}` };
      }, unsupported),
    uninstall: (signal) =>
      withServices(async (services) => {
        if ((await services.state(signal)) === undefined) return unsupported();
        await changing(() => services.uninstall(signal));
        return await read(services, signal);
      }, unsupported),
  };
}
