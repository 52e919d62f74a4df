import { expect, it } from 'vitest';
import { collect, contractCommands, type ContractBench } from './container-engine.contract.ts';
import type { ContainerUsage } from './container.ts';

/** The part of the contract about files and processes of a container. */
export function describeContainerInside(bench: () => ContractBench): void {
  it('files are put into one that never ran, and read back', async () => {
    const { containers } = bench().engine;
    const id = await containers.create(bench().spec());
    const content = Buffer.from('{"grün": true}\n');
    const owner = { uid: 1000, gid: 1000 };
    await containers.putFiles(id, '/data', [
      { path: 'folder', mode: 0o700, ...owner },
      { path: 'folder/config.json', mode: 0o600, ...owner, content },
      { path: `folder/${'long-'.repeat(30)}name`, mode: 0o600, ...owner, content: Buffer.from('long') },
    ]);
    expect(await containers.readFile(id, '/data/folder/config.json')).toEqual(content);
    expect((await containers.readFile(id, `/data/folder/${'long-'.repeat(30)}name`))?.toString()).toBe('long');
    expect(await containers.readFile(id, '/data/nothing')).toBeUndefined();
    expect(await containers.readFile(id, '/data/folder/nothing/either')).toBeUndefined();
    await expect(containers.readFile(id, '/data/folder/config.json', { maxBytes: 3 })).rejects.toMatchObject({
      code: 'engine.failed',
    });
    // The next one on the same volume finds them.
    await containers.remove(id);
    const next = await bench().running();
    expect(await containers.readFile(next, '/data/folder/config.json')).toEqual(content);
  });

  it('output, errors and exit code of a process come apart', async () => {
    const { containers } = bench().engine;
    const process = await containers.exec(await bench().running(), contractCommands.echo);
    process.stdin.end('in\nput');
    expect(await collect(process)).toEqual({ stdout: 'in\nput', stderr: 'problem\n', code: 7 });
  });

  it('a process can be ended', async () => {
    const { containers } = bench().engine;
    const process = await containers.exec(await bench().running(), contractCommands.sleeps);
    process.kill('SIGTERM');
    expect((await collect(process)).code).not.toBe(0);
  });

  it('aborting ends a process and rejects with the reason', async () => {
    const { containers } = bench().engine;
    const stop = new AbortController();
    const reason = new Error('enough');
    const id = await bench().running();
    const process = await containers.exec(id, contractCommands.sleeps, { signal: stop.signal });
    stop.abort(reason);
    await expect(process.exit).rejects.toBe(reason);
  });

  it('nothing is started in one that does not run', async () => {
    const { containers } = bench().engine;
    const id = await containers.create(bench().spec());
    await expect(containers.exec(id, contractCommands.sleeps)).rejects.toMatchObject({ code: 'engine.conflict' });
  });

  it('tells what it takes until nobody wants to know', async () => {
    const { containers } = bench().engine;
    const id = await bench().running();
    const stop = new AbortController();
    const usages: ContainerUsage[] = [];
    const onUsage = (usage: ContainerUsage): void => {
      usages.push(usage);
      if (usages.length === 2) stop.abort();
    };
    await containers.watchUsage(id, onUsage, stop.signal);
    expect(usages).toHaveLength(2);
    expect(usages[1]?.at).toBeGreaterThanOrEqual(usages[0]?.at ?? Infinity);
    expect(usages[1]?.pids).toBeGreaterThan(0);
  });

  it('tells what it takes until it ends', async () => {
    const { containers } = bench().engine;
    const id = await bench().running();
    const never = new AbortController();
    const watching = containers.watchUsage(id, () => undefined, never.signal);
    await containers.stop(id, 5);
    await watching;
    await containers.watchUsage(id, () => undefined, never.signal);
  });
}
