import { setTimeout as pause } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { X509Certificate } from 'node:crypto';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import { findAcmeRefusal, parseCaddyJournal, type AcmeRefusal } from '../../ingress/caddy-journal.ts';
import { CADDYFILE } from '../../ingress/caddy-layout.ts';
import { PROXY } from '../../ingress/docker-proxy.ts';
import { isInForce, readServedCertificate } from '../../ingress/served-certificate.ts';
import { expectOk } from '../../host/exec.ts';
import { refused } from '../server/caddy-certificate.ts';
import type { Step } from '../step.ts';
import type { Berth } from './seat.ts';
import { execInside } from './state-files.ts';

const PATIENCE_MS = 3 * 60_000;
const POLL_MS = 1000;
const LOG_LINES = 400;
/** A refusal of a run that has just told Caddy is that run's own; after that Caddy waits longer and longer by itself. */
const FRESH_SECONDS = 30;
const RELOAD = ['caddy', 'reload', '--force', '--adapter', 'caddyfile', '--config', CADDYFILE] as const;

/** Waits until visitors of that name are shown a certificate for it by the proxy of the engine. */
export function containerCertificateStep({ engine }: Pick<Berth, 'engine'>, name: string, now: () => number): Step {
  const isServed = async (there: ContainerEngine, signal: AbortSignal): Promise<string | undefined> => {
    const found = await readProxyCertificate(there, name, signal);
    return found !== undefined && isInForce(found, now()) ? found.validTo : undefined;
  };
  return {
    id: 'certificate',
    title: `Have a certificate for ${name}`,
    facts: [],
    timeoutMs: PATIENCE_MS + 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      const until = there === undefined ? undefined : await isServed(there, signal);
      return until === undefined
        ? needed('there is none that visitors are shown')
        : satisfied(`there is one until ${new Date(until).toISOString().slice(0, 10)}`);
    },
    async apply({ act, note, signal }) {
      const there = await engine.open(signal);
      const earlier = await readProxyRefusal(there, name, signal);
      if (earlier !== undefined && !earlier.isOutdated) {
        if (now() / 1000 - earlier.atSeconds < FRESH_SECONDS) throw refused(name, earlier);
        await act('Having the proxy ask once more', async (limit) =>
          expectOk(await execInside(there, PROXY, RELOAD, { signal: limit }), 'Reloading the proxy'),
        );
      }
      note(`waiting for a certificate for ${name}`);
      const deadline = Date.now() + PATIENCE_MS;
      while (Date.now() < deadline) {
        if ((await isServed(there, signal)) !== undefined) return;
        const refusal = await readProxyRefusal(there, name, signal);
        if (refusal !== undefined && !refusal.isOutdated) throw refused(name, refusal);
        await pause(POLL_MS, undefined, { signal });
      }
      throw new AppError('ingress.certificate', {
        message: 'No certificate has come in three minutes.',
        details: { name },
      });
    },
  };
}

/** What the proxy shows to visitors of that name; undefined: nothing for it. */
export function readProxyCertificate(
  there: ContainerEngine,
  name: string,
  signal: AbortSignal,
): Promise<X509Certificate | undefined> {
  const connect: Parameters<typeof readServedCertificate>[0]['connect'] = (to, options) => {
    if (!('port' in to)) throw new TypeError('The proxy is asked at its port.');
    return there.connect(to.port, options);
  };
  return readServedCertificate({ connect }, name, signal);
}

/** Why the proxy has no certificate for that name, as far as its log goes back. */
export async function readProxyRefusal(
  there: ContainerEngine,
  name: string,
  signal: AbortSignal,
): Promise<AcmeRefusal | undefined> {
  if ((await there.containers.find(PROXY, { signal })) === undefined) return undefined;
  const log = await there.containers.logs(PROXY, { follow: false, lines: LOG_LINES, signal });
  return findAcmeRefusal(parseCaddyJournal(await text(log)), name);
}
