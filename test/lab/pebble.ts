import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type RequestOptions } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bridgeHost } from './bridge.ts';
import { newerPrograms } from './caddy-image.ts';
import { freePort, listen } from './free-port.ts';

const run = promisify(execFile);
const startMs = 20_000;
const pollMs = 100;

export interface PebbleOptions {
  /** How long certificates are good for, in seconds. Default 90 days, and six for `shortlived`. Who asks for neither gets either. */
  readonly lifetimes?: { readonly default?: number; readonly shortlived?: number };
  /** Names that it signs nothing for. */
  readonly refuses?: readonly string[];
}

/** A certificate authority with an address and a DNS of its own, which asks the servers of the lab on ports 80 and 443. */
export interface Pebble extends AsyncDisposable {
  /** As servers of the lab reach it. */
  readonly directory: string;
  /** PEM of what signs its own address. */
  readonly rootCertificate: string;
  /** PEM of what its certificates go back to: what a browser is given to trust. */
  issuer(): Promise<string>;
  /** Lets a name lead to addresses; none: the name is gone. */
  point(host: string, addresses: readonly string[]): Promise<void>;
}

export async function startPebble({ lifetimes = {}, refuses = [] }: PebbleOptions = {}): Promise<Pebble> {
  const programs = join(await newerPrograms(), 'usr/bin');
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-pebble-'));
  const address = bridgeHost();
  const [port, management] = [await freePortOf(address), await freePort()];
  const [dns, records] = [await freePort(), await freePort()];
  await makeCertificates(dir, address);
  await writeFile(
    join(dir, 'pebble.json'),
    JSON.stringify({
      pebble: {
        listenAddress: `${address}:${String(port)}`,
        managementListenAddress: `127.0.0.1:${String(management)}`,
        certificate: join(dir, 'server.pem'),
        privateKey: join(dir, 'server.key'),
        httpPort: 80,
        tlsPort: 443,
        ocspResponderURL: '',
        externalAccountBindingRequired: false,
        domainBlocklist: refuses,
        retryAfter: { authz: 1, order: 1 },
        profiles: {
          default: { description: 'as usual', validityPeriod: lifetimes.default ?? 90 * 86_400 },
          shortlived: { description: 'six days', validityPeriod: lifetimes.shortlived ?? 6 * 86_400 },
        },
      },
    }),
  );
  const children: ChildProcess[] = [];
  const start = (program: string, args: readonly string[]): void => {
    const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' };
    children.push(spawn(join(programs, program), args, { stdio: 'ignore', env }));
  };
  const dispose = async (): Promise<void> => {
    for (const child of children) child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const nothing = ['-http01', '-https01', '-tlsalpn01', '-doh', '-defaultIPv4', '-defaultIPv6'];
    start('pebble-challtestsrv', [
      ...nothing.flatMap((flag) => [flag, '']),
      ...['-dnsserver', `127.0.0.1:${String(dns)}`, '-management', `127.0.0.1:${String(records)}`],
    ]);
    start('pebble', ['-config', join(dir, 'pebble.json'), '-dnsserver', `127.0.0.1:${String(dns)}`]);
    const rootCertificate = await readFile(join(dir, 'root.pem'), 'utf8');
    const fetchPem = (path: string): Promise<string> =>
      fetchText({ host: '127.0.0.1', port: management, path, ca: rootCertificate });
    const tell = async (what: string, body: unknown): Promise<void> => {
      await fetch(`http://127.0.0.1:${String(records)}/${what}`, { method: 'POST', body: JSON.stringify(body) });
    };
    await until(() => fetchPem('/roots/0'));
    await until(() => tell('clear-a', { host: 'nobody.' }));
    return {
      directory: `https://${address}:${String(port)}/dir`,
      rootCertificate,
      issuer: () => fetchPem('/roots/0'),
      async point(host, addresses) {
        await tell('clear-a', { host: `${host}.` });
        if (addresses.length > 0) await tell('add-a', { host: `${host}.`, addresses });
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function freePortOf(address: string): Promise<number> {
  const server = createServer();
  const port = await listen(server, address);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A root of this run alone, and with it a certificate for the addresses at which Pebble is reached. */
async function makeCertificates(dir: string, address: string): Promise<void> {
  const at = (name: string): string => join(dir, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', [
    ...['req', '-x509', ...key, '-days', '2', '-subj', '/CN=Lab root'],
    ...['-keyout', at('root.key'), '-out', at('root.pem')],
  ]);
  await run('openssl', ['req', ...key, '-subj', '/CN=Lab ACME', '-keyout', at('server.key'), '-out', at('server.csr')]);
  await writeFile(at('names'), `subjectAltName=IP:127.0.0.1,IP:${address}\n`);
  await run('openssl', [
    ...['x509', '-req', '-in', at('server.csr'), '-days', '2', '-extfile', at('names'), '-out', at('server.pem')],
    ...['-CA', at('root.pem'), '-CAkey', at('root.key'), '-CAcreateserial'],
  ]);
}

function fetchText(options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    }).on('error', reject);
  });
}

async function until(work: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + startMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}
