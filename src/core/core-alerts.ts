import { runIdSchema } from '../shared/model/ids.ts';
import { createAlerts, type AlertServices } from './alerts/alerts.ts';
import type { Alerts } from './api-alerts.ts';
import type { Operations } from './operations.ts';
import type { PlaceServices } from './places/place-services.ts';

export interface CoreAlertServices
  extends
    Pick<PlaceServices, 'deps' | 'state' | 'secrets' | 'runs' | 'now'>,
    Pick<AlertServices, 'openLink' | 'readNewest' | 'onProblem'> {
  readonly operations: Pick<Operations, 'ingress' | 'exposure'>;
}

/** Alerts look with what core has for people as well. */
export function createCoreAlerts({ deps, runs, operations, ...services }: CoreAlertServices): Alerts {
  const { telegramApi, alertPace: pace } = deps;
  return createAlerts({
    ...services,
    readRun: async (id) => {
      const parsed = runIdSchema.safeParse(id);
      return parsed.success ? runs.read(parsed.data) : undefined;
    },
    readIngress: ({ name }, signal) => operations.ingress.status(name, { signal }),
    checkExposure: ({ name }, signal) => operations.exposure.check(name, { signal }),
    ...(telegramApi === undefined ? {} : { telegramApi }),
    ...(pace === undefined ? {} : { pace }),
  });
}
