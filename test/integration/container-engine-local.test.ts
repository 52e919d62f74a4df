import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ContractBench } from '../../src/core/container-engine/container-engine.contract.ts';
import { DockerodeEngine } from '../../src/core/container-engine/dockerode-engine.ts';
import type { ImageProgress } from '../../src/core/container-engine/image.ts';
import { openLocalEngine } from '../../src/core/container-engine/open-local-engine.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { freePort } from '../lab/free-port.ts';

const image = 'debian:bookworm-slim';
const silent = (): undefined => undefined;

/** A socket file before the engine's own, that can be cut as a restarting engine cuts it. */
class SocketProxy {
  readonly #sockets = new Set<Socket>();
  readonly server: Server;
  isUp = true;

  constructor() {
    this.server = createServer({ allowHalfOpen: true }, (near) => {
      if (!this.isUp) {
        near.destroy();
        return;
      }
      const far = connect({ path: '/var/run/docker.sock', allowHalfOpen: true });
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', silent).on('close', () => {
          near.destroy();
          far.destroy();
          this.#sockets.delete(socket);
        });
      }
      near.pipe(far).pipe(near);
    });
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

describeWithLab('the engine of this computer', () => {
  let folder: string;
  let proxy: SocketProxy;
  let engine: DockerodeEngine;
  let bench: ContractBench;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hardshell-engine-'));
    proxy = new SocketProxy();
    proxy.server.listen(join(folder, 'docker.sock'));
    await once(proxy.server, 'listening');
    const env = { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` };
    const opened = await openLocalEngine({ env, homeDir: folder, platform: process.platform });
    if (!(opened instanceof DockerodeEngine)) throw new Error('another kind of engine');
    engine = opened;
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    proxy.cut();
    proxy.server.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    bench = new ContractBench(engine, { open: () => Promise.resolve(engine), image, subnetByte: 214 });
    await bench.prepare();
  });
  afterEach(async () => {
    await bench.clear();
    // Whatever a test has asked for has ended with it.
    await expect.poll(() => engine.openRequests).toBe(0);
  });

  it('names the port that a stranger has taken', async () => {
    const port = await freePort();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      const publish = [{ address: '127.0.0.1', port, containerPort: 80 }];
      const id = await engine.containers.create(bench.spec({ publish }));
      await expect(engine.containers.start(id)).rejects.toMatchObject({ code: 'engine.port-taken', details: { port } });
      expect((await engine.containers.find(id))?.state).toBe('created');
    } finally {
      stranger.close();
    }
  });

  it('tells that a container was killed for its memory', async () => {
    const command = ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'];
    const id = await bench.running({ command, memoryBytes: 16 * 2 ** 20, init: false });
    await expect
      .poll(() => engine.containers.find(id))
      .toMatchObject({ state: 'exited', isOomKilled: true, exitCode: 137 });
  });

  it('shows a log from its end, goes on with it, and stops when nobody reads any more', async () => {
    const command = ['sh', '-c', 'for i in 1 2 3 4; do echo line $i; done; while :; do sleep 0.3; echo more; done'];
    const id = await bench.running({ command });
    await expect
      .poll(async () => await readAll(await engine.containers.logs(id, { follow: false, lines: 50 })))
      .toContain('more');
    const followed = await engine.containers.logs(id, { follow: true, lines: 3 });
    const seen: string[] = [];
    followed.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
    await expect.poll(() => seen.join('').split('more').length).toBeGreaterThan(3);
    followed.destroy();
    await expect.poll(() => engine.openRequests).toBe(0);
    const stop = new AbortController();
    const other = await engine.containers.logs(id, { follow: true, lines: 0, timestamps: true, signal: stop.signal });
    const [first] = (await once(other, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^\d{4}-\d\d-\d\dT\S+ more/);
    stop.abort();
    const broken = await engine.containers.logs(id, { follow: true, lines: 0 });
    await once(broken, 'data');
    proxy.cut();
    await expect(text(broken)).rejects.toMatchObject({ code: 'engine.unreachable' });
  });

  it('tells that the way to a process broke', async () => {
    const process = await engine.containers.exec(await bench.running(), { argv: ['sleep', '30'] });
    const failed = expect(process.exit).rejects.toMatchObject({ code: 'engine.unreachable' });
    proxy.isUp = false;
    proxy.cut();
    await failed;
    proxy.isUp = true;
  });

  it('gives a process a terminal, and the size it is told', async () => {
    const id = await bench.running();
    const shell = await engine.containers.exec(id, { argv: ['sh'], terminal: { columns: 91, rows: 33 } });
    let seen = '';
    shell.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    shell.stderr.resume();
    await expect.poll(() => (shell.stdin.write('stty size\n'), seen)).toContain('33 91');
    shell.resize?.({ columns: 120, rows: 40 });
    await expect.poll(() => (shell.stdin.write('stty size\n'), seen)).toContain('40 120');
    shell.stdin.write('exit 5\n');
    expect((await shell.exit).code).toBe(5);
  });

  it('ends what a killed shell has started', async () => {
    const id = await bench.running();
    const terminal = { columns: 80, rows: 24 };
    const shell = await engine.containers.exec(id, { argv: ['sh', '-c', 'sleep 77 & sleep 78'], terminal });
    shell.stdout.resume();
    shell.stderr.resume();
    const list = async (): Promise<string> => {
      const found = await engine.containers.exec(id, { argv: ['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'] });
      found.stdin.end();
      found.stderr.resume();
      return text(found.stdout);
    };
    await expect.poll(list).toContain('sleep 78');
    shell.kill('SIGHUP');
    await shell.exit;
    await expect.poll(list).not.toMatch(/sleep 7[78]/);
  });

  it('goes on with events after the engine was away, and says that some may be missing', async () => {
    const stop = new AbortController();
    const heard: string[] = [];
    const listener = {
      onEvent: (event: { action: string; id: string }) => void heard.push(event.action),
      onGap: () => void heard.push('gap'),
    };
    const watching = engine.watch(bench.labels, listener, stop.signal);
    await expect.poll(() => heard).toEqual(['gap']);
    const id = await engine.containers.create(bench.spec());
    await expect.poll(() => heard).toEqual(['gap', 'create']);
    proxy.isUp = false;
    proxy.cut();
    await expect(engine.containers.find(id)).rejects.toMatchObject({ code: 'engine.unreachable' });
    proxy.isUp = true;
    // What happened meanwhile is told after the gap, what was told before is not told again.
    await engine.containers.start(id);
    await expect.poll(() => heard).toEqual(['gap', 'create', 'gap', 'start']);
    stop.abort();
    await watching;
  });

  it('gives up a question whose answer nobody wants', async () => {
    const id = await bench.running({ command: ['sh', '-c', 'trap "" TERM; while :; do sleep 0.2; done'], init: false });
    const stop = new AbortController();
    const reason = new Error('enough');
    const stopping = engine.containers.stop(id, 3, { signal: stop.signal });
    setTimeout(() => stop.abort(reason), 300);
    await expect(stopping).rejects.toBe(reason);
  });

  it('builds an image once for all who wait for it, and tells how it goes', async () => {
    const tag = `${bench.name}:1`;
    const spec = {
      tag,
      dockerfile: `FROM ${image}\nARG COLOUR\nCOPY greeting /greeting\nRUN sleep 1; echo $COLOUR >> /greeting\n`,
      args: { COLOUR: randomBytes(4).toString('hex') },
      labels: bench.labels,
      files: [{ path: 'greeting', mode: 0o644, uid: 0, gid: 0, content: Buffer.from('hello\n') }],
    };
    const seen: ImageProgress[] = [];
    try {
      const [one, other] = await Promise.all([
        engine.images.build(spec, (progress) => seen.push(progress)),
        engine.images.build(spec, silent),
      ]);
      expect(other.id).toBe(one.id);
      expect(one).toMatchObject({ tags: [tag], labels: bench.labels });
      expect(
        seen.filter(({ unit }) => unit === 'items').map(({ done, total }) => `${String(done)}/${String(total)}`),
      ).toContain('4/5');
      expect(seen.some(({ line }) => /^Step 4\/\d+ : RUN/.test(line ?? ''))).toBe(true);
    } finally {
      await engine.images.remove(tag);
    }
  });

  it('says why a build failed, and forgets one that is not wanted any more', async () => {
    const spec = {
      tag: `${bench.name}:2`,
      args: {},
      labels: {},
      dockerfile: `FROM ${image}\nRUN echo oh dear; exit 3\n`,
    };
    const failed = (await engine.images.build(spec, silent).catch((error: unknown) => error)) as {
      details: { lastLines: string[] };
    };
    expect(failed).toMatchObject({ code: 'image.build-failed', details: { name: spec.tag } });
    expect(failed.details.lastLines).toContain('oh dear');
    const stop = new AbortController();
    const slow = { ...spec, dockerfile: `FROM ${image}\nRUN sleep 200\n` };
    const reason = new Error('enough');
    const began = (progress: ImageProgress): void => {
      if (progress.line?.includes('sleep 200') === true) stop.abort(reason);
    };
    await expect(engine.images.build(slow, began, { signal: stop.signal })).rejects.toBe(reason);
    expect(await engine.images.find(spec.tag)).toBeUndefined();
  });

  it('says that a registry cannot be reached', async () => {
    const away = engine.images.pull('registry.invalid/nobody/nothing:1', silent);
    await expect(away).rejects.toMatchObject({ code: 'image.unreachable' });
    const spec = {
      tag: `${bench.name}:3`,
      args: {},
      labels: {},
      dockerfile: 'FROM registry.invalid/nobody/nothing:1\n',
    };
    await expect(engine.images.build(spec, silent)).rejects.toMatchObject({ code: 'image.unreachable' });
  });
});

function readAll(stream: Readable): Promise<string> {
  return text(stream);
}
