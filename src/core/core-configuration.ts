import { AppError } from '../shared/app-error.ts';
import type { Configuration } from './api-configuration.ts';
import { createConfiguration, type ConfigurationServices } from './configuration/configuration.ts';
import type { Logins } from './logins.ts';
import type { Operations } from './operations.ts';
import type { PlaceServices } from './places/place-services.ts';

export interface CoreConfigurationServices
  extends
    Pick<PlaceServices, 'deps' | 'state' | 'ids' | 'now'>,
    Pick<ConfigurationServices, 'find' | 'links' | 'history' | 'schemas'> {
  readonly logins: Pick<Logins, 'learn'>;
  readonly operations: Pick<Operations, 'changeAtOnce'>;
}

export function createCoreConfiguration(services: CoreConfigurationServices): Configuration {
  const { deps, state, ids, now, links, history, schemas, logins, operations } = services;
  return createConfiguration({
    async find(name, given = {}) {
      const found = await services.find(name, given);
      // A link signs in with what is known.
      logins.learn(found.instance.id, given.secrets ?? {});
      return found;
    },
    links,
    writeFile: (found, write) => operations.changeAtOnce(found, { kind: 'config', write }),
    history,
    schemas,
    async remember(id, choices) {
      if (Object.keys(choices).length === 0) return;
      await state.instances.update(id, (old) => {
        if (old === undefined) throw new AppError('instance.unknown');
        return { ...old, ...choices };
      });
    },
    who: deps.who,
    now,
    newId: () => ids.configEntry(),
  });
}
