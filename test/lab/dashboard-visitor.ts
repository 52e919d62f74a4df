import { createHash } from 'node:crypto';
import { connect } from 'node:tls';
import type { Page } from 'playwright';
import { launchBrowser } from './launch-browser.ts';

export interface DashboardVisitor extends AsyncDisposable {
  readonly page: Page;
  /** Connections to the gateway over which it has said hello, and how many of them have been closed. */
  readonly greeted: () => number;
  readonly closed: () => number;
}

/**
 * A browser in which a name leads to a server of the lab, and which believes the one key that the server shows for it, after its
 * certificate was found to be signed by whom the person trusts.
 */
export async function openDashboardVisitor(host: string, address: string, trusts: string): Promise<DashboardVisitor> {
  const key = await readTrustedKey(host, address, trusts);
  const browser = await launchBrowser([
    `--host-resolver-rules=MAP ${host} ${address}`,
    `--ignore-certificate-errors-spki-list=${key}`,
  ]);
  const page = await browser.newPage();
  const counts = { greeted: 0, closed: 0 };
  page.on('websocket', (socket) => {
    let isGreeted = false;
    socket.on('framereceived', ({ payload }) => {
      if (isGreeted || !String(payload).includes('hello-ok')) return;
      isGreeted = true;
      counts.greeted += 1;
    });
    socket.on('close', () => (counts.closed += isGreeted ? 1 : 0));
  });
  return {
    page,
    greeted: () => counts.greeted,
    closed: () => counts.closed,
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

function readTrustedKey(host: string, address: string, trusts: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: 443, servername: host, ca: trusts });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
      socket.destroy();
      if (key === undefined) reject(new Error('The server shows no certificate.'));
      else resolve(createHash('sha256').update(key).digest('base64'));
    });
  });
}
