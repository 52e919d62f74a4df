import { text as readAll } from 'node:stream/consumers';
import { AppError, toAppError } from '../../shared/app-error.ts';
import type { DiagnosisFinding } from '../../shared/model/diagnosis.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ChannelView } from '../../shared/model/channels.ts';
import type { ConnectOptions } from '../api.ts';
import type { Place } from '../places/place.ts';
import { judgeChannels } from './channel-findings.ts';
import { readAuditFindings, readDoctorFindings } from './openclaw-findings.ts';

/** A call of OpenClaw's command line takes seconds, and more where its machine is busy. */
const TIMEOUT_MS = 6 * 60_000;

/** Who can say how the channels of an instance are. */
export interface ChannelTeller {
  /** @throws AppError */
  list(name: string, options: { readonly signal: AbortSignal }): Promise<{ readonly channels: readonly ChannelView[] }>;
}

/** What OpenClaw itself finds, and what is seen from outside. What cannot be asked is a finding of its own. */
export async function lookSlowly(
  instance: Instance,
  place: Place,
  options: ConnectOptions,
  teller: ChannelTeller,
): Promise<DiagnosisFinding[]> {
  const signal = options.signal ?? new AbortController().signal;
  const tried = async (
    id: string,
    title: string,
    work: () => Promise<DiagnosisFinding[]>,
  ): Promise<DiagnosisFinding[]> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = toAppError(error);
      return [{ id, title, level: 'warn', because: `It could not be asked: ${message}`, hint }];
    }
  };
  const ask = async (argv: readonly [string, ...string[]]): Promise<string> => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const child = await place.exec(instance, argv, { signal: limit }, options);
    child.stdin.end();
    const [stdout] = await Promise.all([readAll(child.stdout), readAll(child.stderr), child.exit]);
    return stdout;
  };
  const understand = (findings: DiagnosisFinding[] | undefined): DiagnosisFinding[] => {
    if (findings === undefined)
      throw new AppError('diagnosis.failed', { message: 'OpenClaw gave no answer that could be read.' });
    return findings;
  };
  const isStill = instance.suspension !== undefined;
  const around = { isContainer: instance.target.kind === 'docker' };
  // Two of OpenClaw's programs side by side are too much for a small machine; what is seen from outside costs it nothing.
  const inside = async (): Promise<DiagnosisFinding[]> => [
    ...(await tried('openclaw.doctor', "OpenClaw's doctor", async () =>
      understand(readDoctorFindings(await ask(['openclaw', 'doctor', '--lint', '--json']), around)),
    )),
    ...(await tried('openclaw.security', "OpenClaw's security audit", async () =>
      understand(readAuditFindings(await ask(['openclaw', 'security', 'audit', '--json']), around)),
    )),
  ];
  const signedIn = async (): Promise<DiagnosisFinding[]> => {
    const answers = await tried('gateway.answers', 'Signing in to the gateway', () =>
      judgeAnswer(instance, place, options),
    );
    // One that does not answer says nothing of its channels either.
    if (answers.some(({ level }) => level !== 'ok')) return answers;
    const channels = await tried('channels', 'Channels', async () =>
      judgeChannels((await teller.list(instance.name, { signal })).channels),
    );
    return [...answers, ...channels];
  };
  const found = await Promise.all([
    isStill && instance.target.kind === 'docker' ? [] : inside(),
    isStill ? [] : signedIn(),
    tried('exposure', 'From outside', async () => judgeExposure(await place.checkExposure(instance, options))),
    tried('ingress', 'The way in', async () => judgeIngress(await place.readIngress(instance, options))),
  ]);
  return found.flat();
}

const hintsOf = ({ hint, windowHint }: AppError): Pick<DiagnosisFinding, 'hint' | 'windowHint'> => ({
  hint,
  windowHint,
});

async function judgeAnswer(instance: Instance, place: Place, options: ConnectOptions): Promise<DiagnosisFinding[]> {
  const subject = { id: 'gateway.answers', title: 'Signing in to the gateway' } as const;
  const { state, because, error } = await place.status(instance, options);
  if (error === undefined) return [{ ...subject, level: state === 'running' ? 'ok' : 'warn', because }];
  const isDevice = /device[ _-]token/i.test(JSON.stringify(error.toReport()));
  return [
    {
      ...subject,
      level: 'bad',
      because: error.message,
      why: 'Neither the dashboard nor Hardshell gets an answer from it.',
      ...(isDevice
        ? {
            hint: 'The gateway does not know this device any more. Open the dashboard, or deploy again: that pairs it anew.',
          }
        : hintsOf(error)),
    },
  ];
}

function judgeExposure({ findings }: Awaited<ReturnType<Place['checkExposure']>>): DiagnosisFinding[] {
  return findings.map(({ id, title, level, because, fix }, index) => ({
    id: `exposure.${id.replace(/[^A-Za-z0-9_.:/-]/g, '-')}:${String(index)}`,
    title,
    level,
    because,
    ...(level === 'ok' ? {} : { why: 'Whoever finds it can try to get in.' }),
    ...(fix === undefined ? {} : { hint: fix }),
  }));
}

function judgeIngress({ url, certificate, problem }: Awaited<ReturnType<Place['readIngress']>>): DiagnosisFinding[] {
  if (url === undefined) return [];
  const subject = { id: 'ingress.certificate', title: 'Certificate' } as const;
  if (problem !== undefined) {
    return [
      {
        ...subject,
        level: 'bad',
        because: problem.message,
        why: 'Visitors do not get in, or are warned.',
        ...hintsOf(problem),
      },
    ];
  }
  if (certificate === undefined) return [{ ...subject, level: 'ok', because: 'There is none yet.' }];
  const until = certificate.notAfter.slice(0, 10);
  return [
    certificate.isOverdue
      ? {
          ...subject,
          level: 'warn',
          because: `It ends on ${until}, and was not renewed when it should have been.`,
          why: 'When it has ended, browsers refuse to show the page.',
          hint: 'Look at the log of Caddy: port 80 has to be open, and the name has to lead here.',
        }
      : { ...subject, level: 'ok', because: `Good until ${until}.` },
  ];
}
