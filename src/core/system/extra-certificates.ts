import { readFile } from 'node:fs/promises';

/** More than that is no list of certificates. */
const MAX_LENGTH = 4 * 1024 * 1024;

/**
 * Whom this computer trusts on the network beside the usual ones, as PEM; empty where nobody said anything. A file that cannot
 * be read is taken for none, as Node.js does it.
 */
export async function readExtraCertificates(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const file = env['NODE_EXTRA_CA_CERTS'];
  if (file === undefined || file === '') return '';
  const pem = await readFile(file, 'utf8').catch(() => '');
  return pem.length <= MAX_LENGTH && pem.includes('-----BEGIN CERTIFICATE-----') ? pem : '';
}
