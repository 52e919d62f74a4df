import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isAppError } from '../../shared/app-error.ts';
import type { Certificate } from '../api-operations.ts';
import { raceAbort } from '../host/abort.ts';
import type { Host } from '../host/host.ts';

const HANDSHAKE_MS = 10_000;
/** Renewal begins after two thirds of a certificate's life; so much of it later, at the latest, it is done. */
const GRACE = 1 / 24;

/**
 * The certificate that visitors of that name are shown, asked on the machine itself; undefined where there is none for it.
 * Who signed it is told and not judged: a browser does that, and an authority of one's own is for the person to know.
 * @throws AppError `host.connection-lost`, `host.forwarding-denied`, or the reason of the signal
 */
export async function readServedCertificate(
  host: Pick<Host, 'connect'>,
  name: string,
  signal: AbortSignal,
  port = 443,
): Promise<X509Certificate | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(HANDSHAKE_MS)]);
  try {
    const stream = await host.connect({ port }, { signal: limit });
    // Browsers name no host when they ask for an address. Nothing is sent over this connection.
    const tls = connectTls({
      socket: stream,
      rejectUnauthorized: false,
      ...(isIP(name) === 0 ? { servername: name } : {}),
    });
    try {
      const shown = new Promise<X509Certificate | undefined>((resolve) => {
        tls.once('secureConnect', () => resolve(tls.getPeerX509Certificate()));
        tls.once('error', () => resolve(undefined));
        tls.once('close', () => resolve(undefined));
      });
      const certificate = await raceAbort(shown, [limit]);
      return certificate !== undefined && isFor(certificate, name) ? certificate : undefined;
    } finally {
      tls.destroy();
      stream.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted || isAppError(error, 'host.port-closed')) return undefined;
    throw error;
  }
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

/** Pure. */
export function isInForce(certificate: Pick<X509Certificate, 'validFrom' | 'validTo'>, nowMs: number): boolean {
  return Date.parse(certificate.validFrom) <= nowMs && nowMs < Date.parse(certificate.validTo);
}

/** Pure. */
export function describeCertificate(
  certificate: Pick<X509Certificate, 'validFrom' | 'validTo' | 'issuer'>,
  name: string,
  nowMs: number,
): Certificate {
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  return {
    subject: name,
    issuer: describeIssuer(certificate.issuer),
    notBefore: new Date(from).toISOString(),
    notAfter: new Date(to).toISOString(),
    isOverdue: nowMs > from + (to - from) * (2 / 3 + GRACE),
  };
}

/** `C=US\nO=Let's Encrypt\nCN=YE1` is `Let's Encrypt YE1`. */
function describeIssuer(issuer: string): string {
  const parts = new Map(
    issuer.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return [parts.get('O'), parts.get('CN')].filter((part) => part !== undefined).join(' ');
}
