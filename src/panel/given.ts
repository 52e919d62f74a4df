import type { DeploymentSecrets } from '../core/index.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { DeploymentSpec } from '../shared/model/spec.ts';

/** What a person asked for and handed in. */
export interface Given {
  readonly spec: DeploymentSpec;
  readonly secrets: DeploymentSecrets;
}

/** Deployments that have not ended well: nobody types a password again for Retry. */
const MOST_KEPT = 32;

/** Kept until the deployment has ended well, in memory alone. */
export interface GivenStore {
  keep(id: InstanceId, given: Given): void;
  get(id: InstanceId): Given | undefined;
  forget(id: InstanceId): void;
}

export function createGivenStore(): GivenStore {
  const kept = new Map<InstanceId, Given>();
  return {
    keep(id, given) {
      kept.delete(id);
      kept.set(id, given);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    },
    get: (id) => kept.get(id),
    forget: (id) => void kept.delete(id),
  };
}
