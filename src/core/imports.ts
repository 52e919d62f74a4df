import { AppError } from '../shared/app-error.ts';
import { isSamePlace, type Target } from '../shared/model/target.ts';
import type { PreviewOptions } from './api.ts';
import type { Imports } from './api-import.ts';
import type { Adopter } from './adoption/adopter.ts';
import { createDockerAdopter } from './adoption/docker-adopter.ts';
import { createServerAdopter } from './adoption/server-adopter.ts';
import { runOpenPlan, type Previews, type RunServices } from './deployments.ts';
import type { Links } from './links/links.ts';
import type { Logins } from './logins.ts';
import { findByName, saveBeforeRun, saveDeployed } from './instances.ts';
import type { PlaceServices } from './places/place-services.ts';

export interface ImportServices {
  readonly places: PlaceServices;
  readonly runs: RunServices;
  readonly previews: Previews;
  readonly logins: Pick<Logins, 'learn'>;
  readonly links: Pick<Links, 'refresh'>;
}

/** What exists already, and Hardshell did not make: found, shown, taken over as it is. */
export function createImports({ places, runs, previews, logins, links }: ImportServices): Imports {
  const { state } = places;
  const docker = createDockerAdopter(places);
  const server = createServerAdopter(places);
  const adopterFor = ({ kind }: Target): Adopter => {
    if (kind === 'local') throw new AppError('import.place');
    return kind === 'docker' ? docker : server;
  };
  return {
    look: async (target, options: PreviewOptions = {}) => adopterFor(target).find(target, options),
    async preview(request, options: PreviewOptions = {}) {
      const adopter = adopterFor(request.target);
      const begun = await findByName(state, request.name);
      const isBegun = begun?.adopted !== undefined && begun.phase === 'deploying';
      if (begun !== undefined && !(isBegun && isSamePlace(begun.target, request.target)))
        throw new AppError('instance.exists');
      return previews.show(options.signal, async (signal) => {
        const plan = await adopter.openAdoption({ ...request, begun }, { ...options, signal });
        logins.learn(plan.instance.id, options.secrets ?? {});
        return { ...plan, former: begun };
      });
    },
    start: (previewId, options = {}) =>
      runOpenPlan(previews.take(previewId), runs, options, {
        before: (instance, former) => saveBeforeRun(state, instance, former),
        async after(instance) {
          await saveDeployed(state, instance);
          links.refresh(instance.id);
        },
      }),
  };
}
