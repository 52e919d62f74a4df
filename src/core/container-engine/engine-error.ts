import { AppError } from '../../shared/app-error.ts';

/** What a call was about: for the error that it ends with. */
export interface Subject {
  readonly what: 'container' | 'image' | 'network' | 'volume' | 'exec' | 'engine';
  readonly name: string;
  /** Of the machine, that it was to be published at. */
  readonly ports?: readonly number[];
}

/** The engine's own sentence, without what its client puts before it. */
export function engineSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\(HTTP code \d+\) [a-z, /.-]*? - /i, '').trim();
}

export function httpStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

const PORT_TAKEN =
  /port is already allocated|Bind for .* failed|ports are not available|bind host port|listen (tcp|udp)\S* .*bind:/i;
const SUBNET_TAKEN = /pool overlaps|overlapping IPv4|non-overlapping IPv4|conflicts with network/i;

/** An error of a call, in the words of the catalogue. Pure. */
export function engineError(error: unknown, subject: Subject): Error {
  if (error instanceof AppError) {
    if (error.code !== 'host.port-closed') return error;
    return new AppError('engine.unreachable', { details: { ...error.details }, cause: error });
  }
  const reason = engineSentence(error);
  const status = httpStatus(error);
  const details = { what: subject.what, name: subject.name, reason, ...(status === undefined ? {} : { status }) };
  if (status === undefined) return connectionError(error, details);
  const as = (code: AppError['code'], more: Readonly<Record<string, unknown>> = {}): AppError =>
    new AppError(code, { details: { ...details, ...more }, cause: error });
  if (/no space left on device/i.test(reason)) return as('disk.full');
  if (PORT_TAKEN.test(reason)) return as('engine.port-taken', { port: portOf(reason, subject.ports ?? []) });
  if (SUBNET_TAKEN.test(reason)) return as('engine.subnet-taken');
  if (status === 404) return notFound(reason, subject, as);
  // 403 is how networks say it: an address that is taken, an end that is there already, ends that are still in it.
  if (status === 409 || (status === 403 && subject.what === 'network')) return as('engine.conflict');
  if (/address already in use/i.test(reason)) return as('engine.conflict');
  if (status === 401 || status === 403) return as('engine.denied');
  return as('engine.failed');
}

function notFound(
  reason: string,
  subject: Subject,
  as: (code: AppError['code'], more?: Readonly<Record<string, unknown>>) => AppError,
): AppError {
  const missing = /^(?:No such|get|Error: No such)? ?(image|container|network|volume)\b:? ?(\S*)/i.exec(reason);
  const what = missing?.[1]?.toLowerCase() ?? subject.what;
  // A container is made of an image, and started into a network: either may be gone.
  if (what === 'image' && subject.what === 'container') return as('image.gone', { what });
  return what === subject.what || missing === null
    ? as('engine.not-found')
    : as('engine.not-found', { what, name: missing[2] ?? '' });
}

function connectionError(error: unknown, details: Readonly<Record<string, unknown>>): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return new AppError('engine.denied', { details, cause: error });
  // Whatever else happens to a connection: nobody answered.
  return new AppError('engine.unreachable', { details, cause: error });
}

function portOf(reason: string, asked: readonly number[]): number | undefined {
  const named = [...reason.matchAll(/:(\d{1,5})\b/g)].map((match) => Number(match[1]));
  return named.find((port) => asked.includes(port)) ?? named[0] ?? asked[0];
}

const UNREACHABLE =
  /dial tcp|lookup|i\/o timeout|handshake timeout|connection re(fused|set)|deadline exceeded|no route to host|x509|\bEOF\b|HTTP response to HTTPS|service unavailable|toomanyrequests|proxyconnect|request canceled/i;
const DENIED = /denied|unauthorized|authentication required|no basic auth/i;
const NOT_FOUND = /manifest unknown|not found|manifest for|no matching manifest|invalid reference|repository name/i;

/** What a pull ended with: the sentence is all that there is of it. Pure. */
export function pullError(reason: string, reference: string): AppError {
  const details = { what: 'image', name: reference, reason };
  if (/no space left on device/i.test(reason)) return new AppError('disk.full', { details });
  if (DENIED.test(reason)) {
    // The engine keeps no logins: its command line has them, and hands them over with each pull.
    const login = `On the machine of the engine: docker login, then docker pull ${reference}.`;
    const hint = {
      command: `${login} Or build it there with --image build.`,
      window: `${login} Or have it built there.`,
    };
    return new AppError('image.denied', { details, hint });
  }
  if (UNREACHABLE.test(reason)) return new AppError('image.unreachable', { details });
  if (NOT_FOUND.test(reason)) return new AppError('image.not-found', { details });
  return new AppError('engine.failed', { details });
}
