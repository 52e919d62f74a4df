import type { X509Certificate } from 'node:crypto';
import { AppError } from '../../shared/app-error.ts';
import type { Ingress } from '../../shared/model/ingress.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { IngressStatus } from '../api-operations.ts';
import type { AcmeRefusal } from '../ingress/caddy-journal.ts';
import { dnsError, judgeDns, type DnsAnswers } from '../ingress/dns-check.ts';
import { publicOrigin } from '../ingress/public-address.ts';
import { describeCertificate, isInForce } from '../ingress/served-certificate.ts';
import { refused } from '../steps/server/caddy-certificate.ts';

export interface PublicLook {
  readonly instance: Instance & { readonly ingress: Ingress };
  /** Name or address that visitors come to. */
  readonly host: string;
  readonly limitedBy: IngressStatus['limitedBy'];
  readonly served: X509Certificate | undefined;
  readonly nowMs: number;
  /** Undefined: the proxy runs. */
  readonly down: string | undefined;
  /** Asked for names only. */
  readonly askDns: () => Promise<DnsAnswers>;
  readonly readRefusal: () => Promise<AcmeRefusal | undefined>;
}

/** What visitors meet, and the first reason why they would not. */
export async function describePublicStatus(look: PublicLook): Promise<IngressStatus> {
  const { host, served, nowMs, limitedBy } = look;
  const certificate = served === undefined ? undefined : describeCertificate(served, host, nowMs);
  const problem = await findProblem(look, certificate?.isOverdue === false);
  return {
    url: publicOrigin(host),
    ...(certificate === undefined ? {} : { certificate }),
    ...(limitedBy === undefined ? {} : { limitedBy }),
    ...(problem === undefined ? {} : { problem }),
  };
}

async function findProblem(look: PublicLook, isFresh: boolean): Promise<AppError | undefined> {
  const { instance, host, served, nowMs, down } = look;
  // What a suspension has closed is as it should be.
  if (instance.suspension !== undefined) return undefined;
  if (down !== undefined) return new AppError('ingress.caddy-config', { message: down });
  if (instance.ingress.access.mode !== 'ip') {
    const answers = await look.askDns();
    if (judgeDns(answers).is === 'wrong') return dnsError(answers);
  }
  if (served !== undefined && isInForce(served, nowMs) && isFresh) return undefined;
  const refusal = await look.readRefusal();
  if (refusal !== undefined) return refused(host, refusal);
  return new AppError('ingress.certificate', {
    message: served === undefined ? 'There is no certificate yet.' : 'The certificate should have been renewed by now.',
    details: { host },
  });
}
