import { toAppError } from '../../shared/app-error.ts';
import type { AdoptedService } from '../../shared/model/adoption.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { isSamePlace, type SshTarget, type Target } from '../../shared/model/target.ts';
import type { PreviewOptions } from '../api.ts';
import type { FoundInstall } from '../api-import.ts';
import { existingServicesFact, type ExistingService } from '../facts/existing-services.ts';
import { createFactReader } from '../facts/fact.ts';
import { layoutServer, serverLayout } from '../openclaw/server-layout.ts';
import type { OpenPlan } from '../places/place.ts';
import type { PlaceServices } from '../places/place-services.ts';
import { openServer, type ServerConnection } from '../places/server-connection.ts';
import { createTokenKeeper } from '../places/token-keeper.ts';
import { buildAdoptionPlan } from '../plans/adoption-plan.ts';
import { checkPlan } from '../runner/runner.ts';
import { createServerLeaseKeeper } from '../runner/server-lease.ts';
import { addTokenStep } from '../steps/adoption/add-token.ts';
import { adoptTokenStep, firstSignIn } from '../steps/adoption/adopt-token.ts';
import { createServerRoom } from '../steps/backup/server-room.ts';
import { claimFact, type Claim } from '../steps/server/claim.ts';
import { gatewayReadyStep } from '../steps/server/gateway-ready.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { describeAdoption } from './adopted-findings.ts';
import {
  chooseCandidate,
  draftAdopted,
  expectReady,
  nameRecord,
  type Adopter,
  type AdoptionRequest,
  type Candidate,
} from './adopter.ts';
import { judgeService, readFoundService } from './found-service.ts';

/** Gateways that systemd runs for an account of a server, wherever their Node.js and their program lie. */
export function createServerAdopter(services: PlaceServices): Adopter {
  const { deps, state, secrets } = services;
  const connect = (target: Target, options: PreviewOptions): Promise<ServerConnection> => {
    options.onPhase?.('connecting');
    return openServer(expectSsh(target), services, options);
  };

  const look = async (
    server: ServerConnection,
    target: Target,
    signal: AbortSignal,
  ): Promise<readonly (Candidate & { readonly service: ExistingService })[]> => {
    const existing = existingServicesFact();
    const claim = claimFact(serverLayout);
    const facts = createFactReader(server.ask, () => [existing, claim]);
    const instances = (await state.instances.list()).filter((other) => isSamePlace(other.target, target));
    const claimed = await facts.read(claim);
    const found: (Candidate & { readonly service: ExistingService })[] = [];
    for (const service of await facts.read(existing)) {
      const { user, unit } = service;
      const shown: FoundInstall = { id: `s-${user}:${unit.replace(/\.service$/, '')}`, kind: 'service', title: user };
      const ours = findOurs(service, claimed, instances);
      if (ours !== undefined) {
        found.push({ shown: { ...shown, ...ours }, findings: [], service });
        continue;
      }
      try {
        found.push({ ...judgeService(shown, await readFoundService(server, service, signal)), service });
      } catch (error) {
        signal.throwIfAborted();
        found.push({ shown: { ...shown, problem: toAppError(error) }, findings: [], service });
      }
    }
    return found;
  };

  const open = async (
    { target, name, which, changes, begun }: AdoptionRequest,
    server: ServerConnection,
    options: PreviewOptions,
  ): Promise<OpenPlan> => {
    const { signal = new AbortController().signal } = options;
    options.onPhase?.('reading');
    const chosen = chooseCandidate(await look(server, target, signal), which);
    const ready = expectReady(chosen, changes);
    const adoption = ready.adoption as AdoptedService;
    const instance: Instance = draftAdopted(ready, { ...nameRecord(begun, services), name, target });
    options.onPhase?.('planning');
    const layout = layoutServer(instance);
    const token = createTokenKeeper(instance, state, secrets);
    const keeper = createServerLeaseKeeper(server.host, { dir: layout.ownDir, auditLog: layout.auditLog });
    const client = { version: deps.version, platform: deps.platform };
    const room = createServerRoom(server.host, layout);
    const isKept = async (): Promise<boolean> => (await token.read()) !== undefined;
    const isAdding = ready.auth.secret === undefined;
    const readThere = async (limit: AbortSignal): Promise<typeof ready.auth.secret> =>
      (await readFoundService(server, chosen.service, limit)).auth.secret;
    const plan = buildAdoptionPlan(instance, {
      changes: isAdding ? [addTokenStep(room, layout, token)] : [],
      token: adoptTokenStep(readThere, token),
      ready: firstSignIn(gatewayReadyStep(layout, ready.port, token, client), isKept, 'Sign in to its gateway'),
    });
    const { steps } = await checkPlan(plan, { host: server.host, ask: server.ask, keeper, signal });
    const { user, unit, packageDir, stateDir } = adoption;
    return {
      instance,
      plan,
      findings: [
        ...describeAdoption(
          `The account ${user} runs OpenClaw ${ready.version} as ${unit} at port ${String(ready.port)}, from ${packageDir}; its state lies in ${stateDir}.`,
          isAdding
            ? 'A token is written into its openclaw.json, and its service started again; its unit and its program stay as they are. Hardshell keeps its lease and its audit log in /var/lib/hardshell and /var/log/hardshell.'
            : 'Nothing of its unit, its program and its configuration. Its token is kept here; Hardshell keeps its lease and its audit log in /var/lib/hardshell and /var/log/hardshell.',
        ),
        ...chosen.findings,
      ],
      steps,
      host: server.host,
      ask: server.ask,
      keeper,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  };

  return {
    async find(target, options) {
      const { signal = new AbortController().signal } = options;
      await using server = await connect(target, options);
      options.onPhase?.('reading');
      return (await look(server, target, signal)).map(({ shown }) => shown);
    },
    async openAdoption(request, options) {
      const server = await connect(request.target, options);
      return disposeOnFailure(server, () => open(request, server, options));
    },
  };
}

function expectSsh(target: Target): SshTarget {
  if (target.kind !== 'ssh') throw new TypeError(`Not a server: ${target.kind}`);
  return target;
}

/** Whose it is already: by the mark of a server, or by a record that adopted it. Pure. */
export function findOurs(
  { user, unit, unitPath }: Pick<ExistingService, 'user' | 'unit' | 'unitPath'>,
  claim: Pick<Claim, 'name'> | undefined,
  instances: readonly Instance[],
): Pick<FoundInstall, 'ours'> | undefined {
  const adopted = instances.find(
    (one) =>
      one.adopted?.kind === 'service' &&
      one.adopted.user === user &&
      one.adopted.unit === unit &&
      one.phase === 'deployed',
  );
  if (adopted !== undefined) return { ours: adopted.name };
  return claim !== undefined && unitPath === serverLayout.unitPath ? { ours: claim.name } : undefined;
}
