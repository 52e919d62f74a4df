import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { nodePackageName, PINNED_NPM, PREFERRED_NODE } from '../../src/core/openclaw/node-release.ts';
import { endWithTest } from './end-with-test.ts';

export const fakeVersion = '2026.9.6';

/** A registry with a small Node.js, npm and OpenClaw that behave as the real ones do, as far as a deployment can tell. */
export interface FakeSupplies extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for. */
  readonly requests: readonly string[];
  /** Serves a package with other content than its checksum says. */
  corrupt(name: string): void;
}

const source = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

/** Runs everything with the Node.js of this test, but says that it is the version that was asked for. */
const NODE = `#!/bin/sh
case $1 in --version) echo v${PREFERRED_NODE} ;; *) exec ${process.execPath} "$@" ;; esac
`;

/** Takes its time, so that a test can break it off, and writes what npm would write. */
const NPM_CLI = `const { mkdirSync, writeFileSync, symlinkSync } = require('node:fs');
const { join } = require('node:path');
const args = process.argv.slice(2);
const prefix = args[args.indexOf('--prefix') + 1];
const [, version] = args.find((arg) => arg.startsWith('openclaw@')).split('@');
const dir = join(prefix, 'lib/node_modules/openclaw');
mkdirSync(join(dir, 'dist'), { recursive: true });
mkdirSync(join(prefix, 'bin'), { recursive: true });
writeFileSync(join(dir, 'dist/index.js'), ${JSON.stringify(gatewayProgram())});
setTimeout(() => {
  writeFileSync(join(dir, 'openclaw.mjs'), ${JSON.stringify(commandLineProgram())});
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'openclaw', version, type: 'module' }));
  symlinkSync('../lib/node_modules/openclaw/openclaw.mjs', join(prefix, 'bin/openclaw'));
  console.log('added 330 packages');
}, 300);
`;

function commandLineProgram(): string {
  return `import { readFileSync } from 'node:fs';
const path = process.env.OPENCLAW_CONFIG_PATH;
const [command, verb] = process.argv.slice(2);
if (command !== 'config' || verb !== 'validate') throw new Error('not known here: ' + command);
const config = JSON.parse(readFileSync(path, 'utf8'));
const issues = config.gateway?.nonsense === undefined ? [] : [{ path: 'gateway', message: 'Unrecognized key: nonsense' }];
console.log(JSON.stringify({ valid: issues.length === 0, path, issues }));
process.exitCode = issues.length === 0 ? 0 : 1;
`;
}

function gatewayProgram(): string {
  return `import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
const { openFakeGateway } = await import(${source('src/core/openclaw/fake/fake-gateway.ts')});
const args = process.argv.slice(2);
const port = Number(args[args.indexOf('--port') + 1]);
const config = JSON.parse(readFileSync(process.env.OPENCLAW_CONFIG_PATH, 'utf8'));
if (config.gateway.nonsense !== undefined) process.exit(78);
const begun = Date.now();
const gateway = await openFakeGateway({
  token: config.gateway.auth.token,
  methods: { health: () => ({ ok: true, channels: {}, plugins: { errors: [] } }) },
});
const answers = { '/startupz': { ok: true, status: 'started' }, '/readyz': { ready: true, failing: [] } };
const server = createServer((request, response) => response.end(JSON.stringify(Date.now() - begun < 200 ? { ok: false } : (answers[request.url] ?? {}))));
server.on('upgrade', (request, socket, head) => {
  const behind = connect(gateway.port, '127.0.0.1', () => {
    const headers = [];
    for (let n = 0; n < request.rawHeaders.length; n += 2) headers.push(request.rawHeaders[n] + ': ' + request.rawHeaders[n + 1]);
    behind.write(request.method + ' ' + request.url + ' HTTP/1.1\\r\\n' + headers.join('\\r\\n') + '\\r\\n\\r\\n');
    behind.write(head);
    socket.pipe(behind).pipe(socket);
  });
  behind.on('error', () => socket.destroy());
  socket.on('error', () => behind.destroy());
});
server.once('error', (error) => { console.error(error.message); process.exit(1); });
server.listen(port, '127.0.0.1', () => console.log('[gateway] ready'));
process.on('SIGTERM', () => process.exit(0));
`;
}

export async function openFakeSupplies(): Promise<FakeSupplies> {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-supplies-'));
  const ending = endWithTest(dir);
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const packages = new Map<string, { version: string; tarball: Buffer; integrity: string; served: Buffer }>();
  const requests: string[] = [];

  const add = async (name: string, version: string, files: Readonly<Record<string, string>>): Promise<void> => {
    const root = join(dir, name, 'package');
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
      if (path.startsWith('bin/node')) await chmod(join(root, path), 0o755);
    }
    const file = join(dir, `${name}.tgz`);
    await create({ file, cwd: dirname(root), gzip: true }, ['package']);
    const tarball = await readFile(file);
    packages.set(name, {
      version,
      tarball,
      served: tarball,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    });
  };
  await add(nodePackageName({ platform, arch }), PREFERRED_NODE, {
    'bin/node': NODE,
    'include/node.h': 'x',
    'package.json': '{}',
  });
  await add('npm', PINNED_NPM, { 'bin/npm-cli.js': NPM_CLI, 'bin/npx-cli.js': '', 'package.json': '{}' });
  await add('openclaw', fakeVersion, { 'package.json': '{}', 'filler.bin': 'x'.repeat(100_000) });

  const server = createServer((request, response) => {
    const [, name = '', rest] = (request.url ?? '').split('/');
    requests.push(request.url ?? '');
    const found = packages.get(name);
    if (found === undefined) response.writeHead(404).end('{}');
    else if (rest === '-') response.writeHead(200, { 'content-length': found.served.length }).end(found.served);
    else {
      const { version, integrity } = found;
      const tarball = `http://${request.headers.host ?? ''}/${name}/-/${name}.tgz`;
      response.end(JSON.stringify({ name, version, engines: { node: '>=24.16.0 <25' }, dist: { tarball, integrity } }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    corrupt(name) {
      const found = packages.get(name);
      if (found !== undefined) packages.set(name, { ...found, served: Buffer.from(found.tarball).fill(0, 100, 110) });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
      ending[Symbol.dispose]();
    },
  };
}
