import type { Core } from '../../src/core/index.ts';
import type { StateStore } from '../../src/core/state/state-store.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { dockerAilments } from './ailments-docker.ts';
import { serverAilments } from './ailments-server.ts';

/** A real instance that is broken, one way after another. */
export interface Bedside {
  readonly core: Core;
  readonly state: StateStore;
  readonly instance: Instance;
  /** Where the instance lives, as whoever may do anything there. */
  readonly sh: (script: string) => Promise<string>;
  /** The same as the account of OpenClaw. */
  readonly asUser: (script: string) => Promise<string>;
  /** Changes `c`, what openclaw.json says, as somebody with an editor does. */
  readonly edit: (expression: string) => Promise<string>;
  /** Deploys the instance again, as a person does whom a hint says so. */
  readonly deployAgain: () => Promise<void>;
}

/** What is broken together is found together: exactly these complaints, and no other. */
export interface Ailment {
  readonly breaks: readonly string[];
  readonly harm: (bed: Bedside) => Promise<unknown>;
  /** What the hint says, where we mend nothing ourselves; done before the repairs. */
  readonly cure?: (bed: Bedside) => Promise<unknown>;
  /** Takes away what only the harm needed. */
  readonly after?: (bed: Bedside) => Promise<unknown>;
}

export { dockerAilments, serverAilments };

/** Checks without a broken instance here, and why. */
export const cannotBreakHere: Readonly<Record<string, string>> = {};

/** Ids of all checks that an instance of the lab is broken for. */
export const brokenInLab = (): ReadonlySet<string> =>
  new Set([...serverAilments, ...dockerAilments].flatMap(({ breaks }) => breaks));
