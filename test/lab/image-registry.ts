import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { startStaticServer } from './static-server.ts';

export interface ImageRegistry extends AsyncDisposable {
  /** What the engine of this machine is asked for, without a tag. It trusts registries on its loopback without HTTPS. */
  readonly repository: string;
  /** Of the one image that it has. */
  readonly digest: string;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** A registry with one image of this machine's engine in it, by one tag and by its digest. Reading only. */
export async function startImageRegistry(image: string, name: string, tag: string): Promise<ImageRegistry> {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-lab-registry-'));
  const server = await startStaticServer({ '/v2/': '{}' });
  const serve = async (path: string): Promise<{ size: number; digest: string }> => {
    const digest = `sha256:${await sumOf(path)}`;
    server.serve(`/v2/${name}/blobs/${digest}`, { file: path });
    return { size: (await stat(path)).size, digest };
  };
  try {
    await unpack(image, dir);
    const [saved] = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as [
      { readonly Config: string; readonly Layers: readonly string[] },
    ];
    const layers = [];
    for (const layer of saved.Layers) {
      layers.push({ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', ...(await serve(join(dir, layer))) });
    }
    const config = {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      ...(await serve(join(dir, saved.Config))),
    };
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers });
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(200, {
        'content-type': MANIFEST,
        'content-length': Buffer.byteLength(manifest),
        'docker-content-digest': digest,
      });
      response.end(request.method === 'HEAD' ? undefined : manifest);
    };
    for (const reference of [tag, digest]) server.serve(`/v2/${name}/manifests/${reference}`, answer);
    return {
      repository: `${new URL(server.urlFromHere).host}/${name}`,
      digest,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await rm(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function unpack(image: string, dir: string): Promise<void> {
  const save = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] });
  const tar = spawn('tar', ['-x', '-C', dir], { stdio: ['pipe', 'ignore', 'inherit'] });
  const unpacked = new Promise<void>((resolve, reject) => {
    tar.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`tar ended with ${String(code)}`));
    });
  });
  await Promise.all([pipeline(save.stdout, tar.stdin), unpacked]);
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
