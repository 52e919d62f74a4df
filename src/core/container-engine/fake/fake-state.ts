import { randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/app-error.ts';
import type { EngineEvent, EngineTraffic, FileEntry, Labels } from '../container-engine.ts';
import type { ContainerLook, ContainerSpec } from '../container.ts';
import type { ImageLook } from '../image.ts';
import type { NetworkSpec } from '../network.ts';

/** A container of the fake: what is looked at, and what it was made from. */
export interface FakeContainer {
  look: ContainerLook;
  readonly spec: ContainerSpec;
  /** What lies in it beside its volumes, by path. */
  readonly files: Map<string, FileEntry>;
  readonly log: string[];
  /** Ends what is running in it. */
  life: AbortController;
}

export interface FakeNetwork {
  readonly id: string;
  readonly spec: NetworkSpec;
  /** Addresses, by container. */
  readonly ends: Map<string, string>;
}

export interface FakeVolume {
  readonly name: string;
  readonly labels: Labels;
  readonly files: Map<string, FileEntry>;
}

/** Something that goes wrong once: before the call has done anything, or with its answer, when all is done. */
export interface FakeFault {
  readonly error: Error;
  readonly when: 'before' | 'after';
}

export interface FakeWatcher {
  readonly labels: Labels;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onGap: () => void;
}

/** What the engine holds, and its calls' common beginning. */
export class FakeState {
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, FakeNetwork>();
  readonly volumes = new Map<string, FakeVolume>();
  readonly images = new Map<string, ImageLook>();
  /** Ports of the machine that somebody else listens on. */
  readonly foreignPorts = new Set<number>();
  readonly faults = new Map<string, FakeFault[]>();
  readonly watchers = new Set<FakeWatcher>();
  readonly closing = new AbortController();
  readonly now: () => number;
  traffic: EngineTraffic = { calls: 0, changes: 0 };

  constructor(now: () => number) {
    this.now = now;
  }

  /** As every call begins and ends. */
  async call<T>(
    name: string,
    effect: 'read' | 'change',
    signal: AbortSignal | undefined,
    work: () => T | Promise<T>,
  ): Promise<T> {
    this.closing.signal.throwIfAborted();
    signal?.throwIfAborted();
    this.traffic = {
      calls: this.traffic.calls + 1,
      changes: this.traffic.changes + (effect === 'change' ? 1 : 0),
    };
    // Never in the same turn: whoever counts on that is found out.
    await Promise.resolve();
    const fault = this.faults.get(name)?.shift();
    if (fault?.when === 'before') throw fault.error;
    const result = await work();
    if (fault?.when === 'after') throw fault.error;
    return result;
  }

  emit(type: string, action: string, id: string, labels: Labels): void {
    const event: EngineEvent = { type, action, id, attributes: labels, at: this.now() };
    for (const watcher of [...this.watchers]) if (hasLabels(labels, watcher.labels)) watcher.onEvent(event);
  }

  findContainer(id: string): FakeContainer | undefined {
    const found = this.containers.get(id);
    if (found !== undefined) return found;
    return [...this.containers.values()].find(({ look }) => look.name === id);
  }

  needContainer(id: string): FakeContainer {
    const found = this.findContainer(id);
    if (found === undefined) throw notFound('container', id);
    return found;
  }

  findNetwork(id: string): FakeNetwork | undefined {
    return this.networks.get(id) ?? [...this.networks.values()].find(({ spec }) => spec.name === id);
  }

  needNetwork(id: string): FakeNetwork {
    const found = this.findNetwork(id);
    if (found === undefined) throw notFound('network', id);
    return found;
  }
}

export function newId(): string {
  return randomBytes(32).toString('hex');
}

export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

export function notFound(what: string, name: string): AppError {
  return new AppError('engine.not-found', { details: { what, name } });
}

export function conflict(what: string, name: string, reason: string): AppError {
  return new AppError('engine.conflict', { details: { what, name, reason } });
}
