import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newerPrograms } from './caddy-image.ts';
import { startStaticServer, type StaticServer } from './static-server.ts';

const run = promisify(execFile);

export interface CaddyMirrorOptions {
  /** Its list is signed by another key than the one that it hands out. */
  readonly tampered?: boolean;
}

/** Serves what the repository of Caddy's makers serves: a key, and one version of the package, its list signed with that key. */
export async function startCaddyMirror({ tampered = false }: CaddyMirrorOptions = {}): Promise<StaticServer> {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-mirror-'));
  try {
    const debs = join(await newerPrograms(), 'debs');
    const name = (await readdir(debs)).find((one) => one.startsWith('caddy_')) ?? '';
    const { stdout: control } = await run('dpkg-deb', ['--field', join(debs, name)]);
    const architecture = /^Architecture: (.*)$/m.exec(control)?.[1] ?? '';
    const file = `pool/main/${name}`;
    const { size } = await stat(join(debs, name));
    const packages = `${control.trim()}\nFilename: ${file}\nSize: ${String(size)}\nSHA256: ${sha256(await readFile(join(debs, name)))}\n`;
    const listPath = `main/binary-${architecture}/Packages`;
    const release = [
      ...['Origin: lab', 'Label: lab', 'Suite: any-version', 'Codename: any-version', 'Components: main'],
      ...[`Architectures: ${architecture}`, `Date: ${new Date().toUTCString()}`, 'SHA256:'],
      ` ${sha256(Buffer.from(packages))} ${String(Buffer.byteLength(packages))} ${listPath}`,
      '',
    ].join('\n');
    const { key, signed } = await sign(dir, release);
    const root = '/deb/debian';
    return await startStaticServer({
      '/gpg.key': tampered ? (await sign(dir, '')).key : key,
      [`${root}/dists/any-version/InRelease`]: signed,
      [`${root}/dists/any-version/${listPath}`]: packages,
      [`${root}/${file}`]: { file: join(debs, name) },
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** With a key that nobody ever had before, and nobody will have again. */
async function sign(dir: string, text: string): Promise<{ key: string; signed: string }> {
  const home = await mkdtemp(join(dir, 'gpg-'));
  const gpg = ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
  await run('gpg', [...gpg, '--quick-generate-key', 'Lab <lab@example.com>', 'ed25519', 'sign', '1d']);
  await writeFile(join(home, 'text'), text);
  const { stdout: signed } = await run('gpg', [...gpg, '--clearsign', '--output', '-', join(home, 'text')]);
  const { stdout: key } = await run('gpg', [...gpg, '--armor', '--export']);
  await run('gpgconf', ['--homedir', home, '--kill', 'all']);
  return { key, signed };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
