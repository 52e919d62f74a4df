import { accountFact, lingerFact } from './account.ts';
import { clockFact } from './clock.ts';
import { diskFact } from './disk.ts';
import type { Fact } from './fact.ts';
import { firewallFact } from './firewall.ts';
import { tracesFact } from './foreign-install.ts';
import { listenersFact } from './listeners.ts';
import { machineFact } from './machine.ts';
import { memoryFact } from './memory.ts';
import { neededToolsFact } from './missing-tools.ts';
import { reachFact } from './network.ts';
import { packageLockFact } from './tools.ts';

/** Where things lie on a server, as far as preflight asks. */
export interface ServerPlaces {
  readonly user: string;
  readonly home: string;
  readonly nodeDir: string;
}

/** What preflight asks before every deploy: files and tables of the kernel, in one round trip. */
export function serverFacts(places: ServerPlaces) {
  return {
    machine: machineFact(),
    memory: memoryFact(),
    disk: diskFact([places.nodeDir, places.home, '/tmp', '/']),
    clock: clockFact(),
    listeners: listenersFact(),
    tools: neededToolsFact(),
    account: accountFact(places.user),
    linger: lingerFact(places.user),
    firewall: firewallFact(),
  } as const;
}

/** What is asked in addition where nothing of ours is yet: slower, and settled once something is. */
export function firstDeployFacts(urls: readonly string[]) {
  return {
    traces: tracesFact(),
    packageLock: packageLockFact(),
    reach: reachFact(urls),
  } as const;
}

type Answers<F> = { readonly [K in keyof F]: F[K] extends Fact<infer T> ? T : never };
export type ServerFacts = Answers<ReturnType<typeof serverFacts>>;
export type FirstDeployFacts = Answers<ReturnType<typeof firstDeployFacts>>;
