import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { change } from '../../host/command.ts';
import { exec } from '../../host/exec.ts';
import type { Host } from '../../host/host.ts';
import { CADDY_UNIT } from '../../ingress/caddy-layout.ts';
import {
  caddyJournalCommand,
  findAcmeRefusal,
  parseCaddyJournal,
  type AcmeRefusal,
} from '../../ingress/caddy-journal.ts';
import { isInForce, readServedCertificate } from '../../ingress/served-certificate.ts';
import type { Step } from '../step.ts';

const PATIENCE_MS = 3 * 60_000;
const POLL_MS = 1000;
const LOOK_BACK_SECONDS = 15 * 60;
/** A refusal of a run that has just told Caddy is that run's own; after that Caddy waits longer and longer by itself. */
const FRESH_SECONDS = 30;

/** Waits until visitors of that name are shown a certificate for it. */
export function caddyCertificateStep(name: string, now: () => number): Step {
  const isServed = async (host: Host, signal: AbortSignal): Promise<string | undefined> => {
    const found = await readServedCertificate(host, name, signal);
    return found !== undefined && isInForce(found, now()) ? found.validTo : undefined;
  };
  return {
    id: 'certificate',
    title: `Have a certificate for ${name}`,
    facts: [],
    timeoutMs: PATIENCE_MS + 30_000,
    async check({ host, signal }) {
      const until = await isServed(host, signal);
      return until === undefined
        ? needed('there is none that visitors are shown')
        : satisfied(`there is one until ${new Date(until).toISOString().slice(0, 10)}`);
    },
    async apply({ host, changeOk, note, signal }) {
      const earlier = await readAcmeRefusal(host, name, signal);
      if (earlier !== undefined && !earlier.isOutdated) {
        if (earlier.ageSeconds < FRESH_SECONDS) throw refused(name, earlier);
        await changeOk('Having Caddy ask once more', change(['systemctl', 'reload', CADDY_UNIT], { runAs: 'root' }));
      }
      note(`waiting for a certificate for ${name}`);
      const deadline = Date.now() + PATIENCE_MS;
      while (Date.now() < deadline) {
        if ((await isServed(host, signal)) !== undefined) return;
        const refusal = await readAcmeRefusal(host, name, signal);
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

/** Why Caddy has no certificate for that name, as far as its log goes back. */
export async function readAcmeRefusal(
  host: Host,
  name: string,
  signal: AbortSignal,
): Promise<(AcmeRefusal & { readonly ageSeconds: number }) | undefined> {
  const said = await exec(host, caddyJournalCommand(LOOK_BACK_SECONDS), { timeoutMs: 30_000, signal });
  const journal = parseCaddyJournal(said.stdout);
  const refusal = findAcmeRefusal(journal, name);
  return refusal === undefined ? undefined : { ...refusal, ageSeconds: journal.nowSeconds - refusal.atSeconds };
}

export function refused(name: string, { words }: AcmeRefusal): AppError {
  return new AppError('ingress.certificate', { details: { name, authority: words } });
}
