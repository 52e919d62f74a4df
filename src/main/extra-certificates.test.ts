import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { trustExtraCertificates } from './extra-certificates.ts';

describe('certificates that HARDSHELL_CA_CERTS names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hardshell-certificates-'));
  const certificate = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const original = tls.createSecureContext;
  const server = createServer((_, response) => response.end('hello'));
  let address: string;

  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files], {
      stdio: 'ignore',
    });
    server.setSecureContext({ cert: readFileSync(certificate), key: readFileSync(key) });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    address = `https://localhost:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    tls.createSecureContext = original;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  it('are trusted beside the usual ones', async () => {
    await expect(fetch(address)).rejects.toThrow('fetch failed');
    const env: NodeJS.ProcessEnv = { HARDSHELL_CA_CERTS: certificate };
    trustExtraCertificates(env);
    expect(await (await fetch(address)).text()).toBe('hello');
    expect(env['NODE_EXTRA_CA_CERTS']).toBe(certificate);
  });

  it('change nothing where the file is not there, and this is said', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    trustExtraCertificates({ HARDSHELL_CA_CERTS: join(folder, 'none.pem') });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('ENOENT'));
    warn.mockRestore();
    expect(tls.createSecureContext).toBe(original);
  });

  it('change nothing where the file holds none that can be read, and this is said', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const env: NodeJS.ProcessEnv = { HARDSHELL_CA_CERTS: key };
    trustExtraCertificates(env);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('PEM'));
    expect(env['NODE_EXTRA_CA_CERTS']).toBeUndefined();
    warn.mockRestore();
    expect(tls.createSecureContext).toBe(original);
  });

  it('are none where nothing is named', () => {
    trustExtraCertificates({});
    trustExtraCertificates({ HARDSHELL_CA_CERTS: '' });
    expect(tls.createSecureContext).toBe(original);
  });
});
