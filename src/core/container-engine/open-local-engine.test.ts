import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLocalEngine } from './open-local-engine.ts';

describe.skipIf(process.platform === 'win32')('the engine of this computer', () => {
  let folder: string;
  let server: Server | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hardshell-engine-'));
  });
  afterEach(async () => {
    server?.close();
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  const open = (): ReturnType<typeof openLocalEngine> => {
    const env = { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` };
    return openLocalEngine({ env, homeDir: folder, platform: process.platform });
  };
  const answer = async (status: number, body: unknown): Promise<void> => {
    server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }).listen(join(folder, 'docker.sock'));
    await once(server, 'listening');
  };

  it('that a person has chosen and that sleeps does not answer', async () => {
    const place = join(folder, 'docker.sock');
    await expect(open()).rejects.toMatchObject({ code: 'engine.unreachable', details: { tried: [{ place }] } });
  });

  it('is told apart by what it speaks', async () => {
    await answer(200, { ApiVersion: '1.40', MinAPIVersion: '1.12' });
    await expect(open()).rejects.toMatchObject({ code: 'engine.too-old', details: { apiVersion: '1.40' } });
  });

  it('that answers with an error has its own words in the details', async () => {
    await answer(500, { message: 'the engine is on fire' });
    await expect(open()).rejects.toMatchObject({ code: 'engine.failed', details: { reason: 'the engine is on fire' } });
  });

  it('is opened by what it says of its versions', async () => {
    await answer(200, { ApiVersion: '1.44', MinAPIVersion: '1.24' });
    await using engine = await open();
    expect(engine.name).toBe('docker');
    expect(engine.traffic).toEqual({ calls: 1, changes: 0 });
  });
});
