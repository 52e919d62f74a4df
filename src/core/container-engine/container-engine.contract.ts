import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ContainerEngine, ExecSpec } from './container-engine.ts';
import type { ContainerSpec } from './container.ts';
import { describeContainerInside } from './container-inside.contract.ts';
import { describeNetworksAndVolumes } from './networks-volumes.contract.ts';

export interface ContractEngine {
  open(): Promise<ContainerEngine>;
  /** An image of it with sh, sleep, cat and the usual tools. */
  readonly image: string;
  /** The second byte of the addresses that nobody else uses there. */
  readonly subnetByte: number;
}

/** What the contract's containers do; a fake is told how. */
export const contractCommands = {
  stays: ['sh', '-c', 'echo first; echo second >&2; trap "exit 0" TERM; while :; do sleep 0.2; done'],
  echo: { argv: ['sh', '-c', 'cat; echo problem >&2; exit 7'] },
  sleeps: { argv: ['sleep', '300'] },
} as const satisfies Record<string, readonly string[] | ExecSpec>;

/** One test's own objects on an engine, named after it and removed with it. */
export class ContractBench {
  readonly engine: ContainerEngine;
  readonly name = `hardshell-contract-${randomBytes(4).toString('hex')}`;
  readonly labels = { 'hardshell.contract': this.name };
  readonly address: string;
  readonly network: { readonly subnet: string; readonly gateway: string };
  readonly #image: string;

  constructor(engine: ContainerEngine, { image, subnetByte }: ContractEngine) {
    const third = randomBytes(1).readUInt8(0);
    const start = `10.${String(subnetByte)}.${String(third)}`;
    this.engine = engine;
    this.#image = image;
    this.address = `${start}.5`;
    this.network = { subnet: `${start}.0/28`, gateway: `${start}.1` };
  }

  /** Network and volume of the usual container. */
  async prepare(): Promise<void> {
    await this.engine.networks.create({ name: this.name, labels: this.labels, ...this.network });
    await this.engine.volumes.create(this.name, this.labels);
  }

  spec(more: Partial<ContainerSpec> = {}): ContainerSpec {
    return {
      name: this.name,
      image: this.#image,
      hostname: 'contract',
      command: contractCommands.stays,
      env: { COLOUR: 'green' },
      labels: this.labels,
      init: true,
      network: { name: this.name, address: this.address },
      volumes: { '/data': this.name },
      publish: [],
      memoryBytes: 64 * 2 ** 20,
      cpus: 0.5,
      pids: 64,
      restart: 'no',
      stopSeconds: 2,
      capabilities: [],
      logs: { maxBytes: 1_000_000, files: 2 },
      ...more,
    };
  }

  async running(more: Partial<ContainerSpec> = {}): Promise<string> {
    const id = await this.engine.containers.create(this.spec(more));
    await this.engine.containers.start(id);
    return id;
  }

  async clear(): Promise<void> {
    for (const { id } of await this.engine.containers.list(this.labels)) await this.engine.containers.remove(id);
    for (const { name } of await this.engine.volumes.list(this.labels)) await this.engine.volumes.remove(name);
    for (const { id, labels } of await this.engine.networks.list()) {
      if (labels['hardshell.contract'] === this.name) await this.engine.networks.remove(id);
    }
  }
}

/** What every engine promises. */
export function describeEnginePort(title: string, place: ContractEngine): void {
  describe(`${title} keeps the port's promises:`, () => {
    let engine: ContainerEngine;
    let bench: ContractBench;
    beforeAll(async () => {
      engine = await place.open();
    });
    afterAll(() => engine[Symbol.asyncDispose]());
    beforeEach(async () => {
      bench = new ContractBench(engine, place);
      await bench.prepare();
    });
    afterEach(() => bench.clear());

    it('says what it is', async () => {
      const look = await engine.look();
      expect(look.id).not.toBe('');
      expect(look.apiVersion).toMatch(/^1\.\d+$/);
      expect(look.cpus).toBeGreaterThan(0);
      expect((await engine.look()).id).toBe(look.id);
    });

    it('a container is made as it was asked for, and not started', async () => {
      const spec = bench.spec({ publish: [{ address: '127.0.0.1', port: 28_641, containerPort: 80 }] });
      const id = await engine.containers.create(spec);
      const look = await engine.containers.find(bench.name);
      expect(look).toMatchObject({
        id,
        name: bench.name,
        state: 'created',
        image: spec.image,
        hostname: 'contract',
        memoryBytes: spec.memoryBytes,
        cpus: 0.5,
        restart: 'no',
        restarts: 0,
        exitCode: undefined,
        startedAt: undefined,
        ports: spec.publish,
        networks: { [bench.name]: { address: bench.address } },
        volumes: { '/data': bench.name },
      });
      expect(look?.labels).toMatchObject(bench.labels);
      expect(look?.env).toContain('COLOUR=green');
    });

    it('goes through its states, and what is so already is fine', async () => {
      const { containers } = engine;
      const id = await bench.running();
      const stateOf = async (): Promise<string | undefined> => (await containers.find(id))?.state;
      await containers.start(id);
      expect(await stateOf()).toBe('running');
      for (const time of ['once', 'twice']) {
        await containers.pause(id);
        expect(await stateOf(), time).toBe('paused');
      }
      for (const time of ['once', 'twice']) {
        await containers.unpause(id);
        expect(await stateOf(), time).toBe('running');
      }
      await containers.pause(id);
      for (const time of ['paused', 'ended']) {
        await containers.stop(id, 5);
        expect(await stateOf(), time).toBe('exited');
      }
      await containers.pause(id);
      await containers.unpause(id);
      expect(await stateOf()).toBe('exited');
      await containers.restart(id, 5);
      expect(await stateOf()).toBe('running');
      await containers.remove(id);
      await containers.remove(id);
      expect(await containers.find(id)).toBeUndefined();
    });

    it('limits and the way it is started can be changed while it runs', async () => {
      const id = await bench.running();
      await engine.containers.update(id, { memoryBytes: 96 * 2 ** 20, cpus: 0.75 });
      await engine.containers.update(id, { restart: 'unless-stopped' });
      const look = await engine.containers.find(id);
      expect(look).toMatchObject({
        memoryBytes: 96 * 2 ** 20,
        cpus: 0.75,
        restart: 'unless-stopped',
        state: 'running',
      });
    });

    it('what is not there is not found', async () => {
      const missing = { code: 'engine.not-found' };
      const { containers, networks } = engine;
      expect(await containers.find('nobody')).toBeUndefined();
      expect(await engine.images.find('nobody/nothing:1')).toBeUndefined();
      await expect(containers.start('nobody')).rejects.toMatchObject(missing);
      await expect(containers.pause('nobody')).rejects.toMatchObject(missing);
      await expect(containers.exec('nobody', contractCommands.sleeps)).rejects.toMatchObject(missing);
      await expect(containers.readFile('nobody', '/etc/hostname')).rejects.toMatchObject(missing);
      await expect(networks.connect(bench.name, 'nobody', bench.address)).rejects.toMatchObject(missing);
    });

    it('a name is given once', async () => {
      await engine.containers.create(bench.spec());
      await expect(engine.containers.create(bench.spec())).rejects.toMatchObject({ code: 'engine.conflict' });
    });

    it('without its image there is no container', async () => {
      const spec = bench.spec({ image: 'nobody/nothing:1' });
      await expect(engine.containers.create(spec)).rejects.toMatchObject({ code: 'image.gone' });
    });

    it('lists what has the labels, with its ports while it runs', async () => {
      const port = { address: '127.0.0.1', port: 28_642, containerPort: 80 };
      const id = await bench.running({ publish: [port] });
      const list = (): ReturnType<typeof engine.containers.list> => engine.containers.list(bench.labels);
      expect(await list()).toMatchObject([{ id, name: bench.name, state: 'running', ports: [port] }]);
      await engine.containers.stop(id, 5);
      expect(await list()).toMatchObject([{ id, state: 'exited', ports: [] }]);
      expect(await engine.containers.list({ ...bench.labels, other: 'label' })).toEqual([]);
    });

    it('tells what happens to what has the labels, and first of all that it listens', async () => {
      const stop = new AbortController();
      const heard: string[] = [];
      const listener = {
        onEvent: (event: { action: string }) => void heard.push(event.action),
        onGap: () => void heard.push('gap'),
      };
      const watching = engine.watch(bench.labels, listener, stop.signal);
      await expect.poll(() => heard).toEqual(['gap']);
      const id = await bench.running();
      await engine.containers.remove(id);
      await expect.poll(() => heard).toContain('destroy');
      expect(heard).toEqual(expect.arrayContaining(['gap', 'create', 'start', 'die', 'destroy']));
      stop.abort();
      await watching;
    });

    it('counts what it costs, and what it changes', async () => {
      const before = engine.traffic;
      await engine.containers.find('nobody');
      await engine.containers.remove('nobody');
      expect(engine.traffic).toEqual({ calls: before.calls + 2, changes: before.changes + 1 });
    });

    it('who has given up asks for nothing', async () => {
      const stop = new AbortController();
      const reason = new Error('enough');
      stop.abort(reason);
      await expect(engine.containers.list({}, { signal: stop.signal })).rejects.toBe(reason);
    });

    it('a port that nobody listens on is closed', async () => {
      await expect(engine.connect(1)).rejects.toMatchObject({ code: 'host.port-closed' });
    });

    it('once it is disposed of, nothing is asked and nothing goes on', async () => {
      const id = await bench.running();
      const other = await place.open();
      const process = await other.containers.exec(id, contractCommands.sleeps);
      const failed = expect(process.exit).rejects.toThrow();
      await other[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
      expect(other.closed.aborted).toBe(true);
      await failed;
      await expect(other.look()).rejects.toMatchObject({ code: 'engine.unreachable' });
      // Only the way was closed.
      expect((await engine.containers.find(id))?.state).toBe('running');
    });

    describeContainerInside(() => bench);
    describeNetworksAndVolumes(() => bench);
  });
}

/** All that a process says. */
export async function collect(
  process: Awaited<ReturnType<ContainerEngine['containers']['exec']>>,
): Promise<{ stdout: string; stderr: string; code: number | null }> {
  const [stdout, stderr, exit] = await Promise.all([text(process.stdout), text(process.stderr), process.exit]);
  return { stdout, stderr, code: exit.code };
}
