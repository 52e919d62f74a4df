import { AppError } from '../../shared/app-error.ts';
import type { Adoption, AdoptionChoice } from '../../shared/model/adoption.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Target } from '../../shared/model/target.ts';
import type { PreviewOptions, Finding } from '../api.ts';
import type { FoundInstall, ImportRequest } from '../api-import.ts';
import type { OpenPlan } from '../places/place.ts';
import type { PlaceServices } from '../places/place-services.ts';
import type { FoundAuth } from './found-auth.ts';

export type AdoptionRequest = ImportRequest & {
  /** The record of an adoption that was cut short. */
  readonly begun: Instance | undefined;
};

/** Finds what others have set up at one kind of place, and takes it over as it is. */
export interface Adopter {
  find(target: Target, options: PreviewOptions): Promise<readonly FoundInstall[]>;
  openAdoption(request: AdoptionRequest, options: PreviewOptions): Promise<OpenPlan>;
}

/** What was found, with what adopting it takes. Undefined parts could not be found out: `shown.problem` says why. */
export interface Candidate {
  readonly shown: FoundInstall;
  readonly adoption?: Adoption;
  readonly auth?: FoundAuth;
  /** What it would be good to know beside that. */
  readonly findings: readonly Finding[];
}

/** The one that is meant. Pure. @throws AppError `import.nothing`, `import.several`, `import.unknown` */
export function chooseCandidate<T extends Candidate>(candidates: readonly T[], which: string | undefined): T {
  const [first, ...others] = candidates;
  if (first === undefined) throw new AppError('import.nothing');
  if (which !== undefined) {
    const meant = candidates.find(({ shown }) => shown.id === which);
    if (meant === undefined) throw new AppError('import.unknown', { details: { which } });
    return meant;
  }
  if (others.length === 0) return first;
  // What is ours already is not what is asked for.
  const fresh = candidates.filter(({ shown }) => shown.ours === undefined);
  const [only] = fresh;
  if (only !== undefined && fresh.length === 1) return only;
  throw new AppError('import.several', { details: { found: candidates.map(({ shown }) => shown.id) } });
}

/** What adopting one takes, when nothing stands in its way. */
export interface Ready {
  readonly adoption: Adoption;
  readonly port: number;
  readonly version: string;
  readonly auth: FoundAuth;
}

/** @throws AppError the reason why it cannot be adopted as it is */
export function expectReady({ shown, adoption, auth }: Candidate, changes: readonly AdoptionChoice[]): Ready {
  const { problem, port, version, ours } = shown;
  if (ours !== undefined)
    throw new AppError('import.ours', { message: `Hardshell looks after it already, as ${ours}.` });
  const isAsked = problem?.code === 'import.no-auth' && changes.includes('token') && adoption?.kind === 'service';
  if (problem !== undefined && !isAsked) throw problem;
  if (adoption === undefined || auth === undefined || port === undefined || version === undefined)
    throw new AppError('import.layout');
  return { adoption, port, version, auth };
}

/** One that was cut short goes on as what it was. */
export function nameRecord(
  begun: Instance | undefined,
  { ids, now }: Pick<PlaceServices, 'ids' | 'now'>,
): Pick<Instance, 'id' | 'createdAt'> & Partial<Pick<Instance, 'token' | 'device'>> {
  if (begun === undefined) return { id: ids.instance(), createdAt: new Date(now()).toISOString() };
  const { id, createdAt, token, device } = begun;
  return { id, createdAt, ...(token === undefined ? {} : { token }), ...(device === undefined ? {} : { device }) };
}

/** The record as it will be. What it was deployed with nobody knows. */
export function draftAdopted(
  { adoption, port, version }: Ready,
  about: Pick<Instance, 'id' | 'name' | 'target' | 'createdAt'>,
): Instance {
  const known = { version, port, telemetry: false, installer: 'pinned', adopted: adoption } as const;
  return { ...about, phase: 'deploying', ...known };
}
