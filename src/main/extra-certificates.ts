import { readFileSync } from 'node:fs';
import tls from 'node:tls';

/** Node.js takes whatever it is given for a certificate, and trusts nothing of what is none. */
const CERTIFICATE = /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/m;

/**
 * Companies that look into connections give out their certificates in a file, which every Node.js takes from
 * NODE_EXTRA_CA_CERTS. The fuse that keeps NODE_OPTIONS out of a packed app takes this variable away as well, so that it has
 * another name here, and is given on under its own to what is started from here: npm, OpenClaw.
 * A file that cannot be read is not used, and is warned of, as Node.js does it.
 */
export function trustExtraCertificates(env: NodeJS.ProcessEnv): void {
  const file = env['HARDSHELL_CA_CERTS'];
  if (file === undefined || file === '') return;
  let extra: string;
  try {
    extra = readFileSync(file, 'utf8');
    if (!CERTIFICATE.test(extra)) throw new Error(`${file} holds no certificate in PEM form`);
  } catch (error) {
    process.emitWarning(`Certificates of HARDSHELL_CA_CERTS are not used: ${String(error)}`);
    return;
  }
  env['NODE_EXTRA_CA_CERTS'] = file;
  const trusted = [...tls.rootCertificates, extra];
  const createSecureContext = tls.createSecureContext.bind(tls);
  // The one place that all connections come through; the Node.js of older Electrons has no call for it.
  tls.createSecureContext = (options = {}) =>
    createSecureContext(options.ca === undefined ? { ...options, ca: trusted } : options);
}
