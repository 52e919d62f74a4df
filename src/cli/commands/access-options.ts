import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { addressSchema } from '../../shared/model/address.ts';
import { acmeSchema, closedIngress, type Access, type Acme, type Ingress } from '../../shared/model/ingress.ts';
import { accessTextSchema } from '../values/access.ts';
import { OFF, orOff, parsedBy, usageError } from './command.ts';

/** How an instance is reached, and who signs for it: the same options for `deploy` and `ingress`. */
export interface AccessOptions {
  readonly access?: Access;
  /** An address, or `off`. */
  readonly acmeDir?: string;
  readonly acmeRoot?: string;
  readonly email?: string;
}

export function addAccessOptions(command: Command): Command {
  return command
    .option(
      '--access <how>',
      'tunnel (default), domain:HOST, base:DOMAIN, ip or ip:ADDRESS',
      parsedBy(accessTextSchema),
    )
    .option(
      '--acme-dir <url>',
      "directory of the certificate authority (default: Let's Encrypt), or off",
      orOff(parsedBy(addressSchema)),
    )
    .option('--acme-root <file>', "certificate that signs the authority's own, in PEM")
    .option('--email <address>', 'for notices of the certificate authority', parsedBy(z.email()));
}

/**
 * What was asked for, on the ground of how it is now; undefined where nothing was. Reads the file that the options name.
 * @throws AppError `usage.invalid`
 */
export async function readAccess(
  { access, acmeDir, acmeRoot, email }: AccessOptions,
  before: Ingress | undefined,
  cwd: string,
): Promise<Ingress | undefined> {
  if (access === undefined && acmeDir === undefined && acmeRoot === undefined && email === undefined) return undefined;
  const { acme: oldAcme, ...old } = before ?? closedIngress;
  const next: Ingress = { ...old, ...(access === undefined ? {} : { access }) };
  const stray = [
    ['--acme-dir', acmeDir],
    ['--acme-root', acmeRoot],
    ['--email', email],
  ].find(([, value]) => value !== undefined)?.[0];
  if (next.access.mode === 'tunnel' && stray !== undefined)
    throw usageError(
      `${stray} is for certificates, and a tunnel has none.`,
      'Add --access domain:HOST, base:DOMAIN or ip.',
    );
  const acme = await readAcme(acmeDir, acmeRoot, oldAcme, cwd);
  return { ...next, ...(acme === undefined ? {} : { acme }), ...(email === undefined ? {} : { email }) };
}

async function readAcme(
  directory: string | undefined,
  rootFile: string | undefined,
  before: Acme | undefined,
  cwd: string,
): Promise<Acme | undefined> {
  if (directory === OFF) {
    if (rootFile !== undefined) throw usageError('--acme-root needs a directory: it stands for the one of --acme-dir.');
    return undefined;
  }
  const from = directory === undefined ? before : { directory };
  if (rootFile === undefined) return from;
  if (from === undefined) throw usageError('--acme-root needs --acme-dir.');
  const path = resolve(cwd, rootFile);
  // Not there, a folder, not ours to read: one sentence says all of it.
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw usageError(`--acme-root: there is no file ${path} that can be read.`);
  const certificate = acmeSchema.shape.rootCertificate.safeParse(text.trim());
  if (!certificate.success) throw usageError(`--acme-root: ${path} does not begin with a certificate in PEM.`);
  return { ...from, rootCertificate: `${text.trim()}\n` };
}
