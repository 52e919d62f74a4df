import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { change, query, queryScript } from './command.ts';
import { exec, expectOk } from './exec.ts';
import type { Host } from './host.ts';
import { describePrograms } from './programs.contract.ts';
import { describeReach } from './reach.contract.ts';

/** Commands that every machine of the contract can run; a scripted one is told how. */
export const contractCommands = {
  /** Hands its input back, says `problem` on standard error, ends with 7. */
  echo: queryScript('cat; echo problem >&2; exit 7'),
  killsItself: queryScript('kill -9 $$'),
  sleeps: query(['sleep', '300']),
  changes: change(['true']),
  slow: query(['true'], { slow: true }),
} as const;

/** The part of the contract that needs no real machine. */
export function describeHostPort(title: string, open: () => Promise<Host>): void {
  describe(`${title} keeps the port's promises:`, () => {
    let host: Host;
    beforeEach(async () => {
      host = await open();
    });
    afterEach(() => host[Symbol.asyncDispose]());

    it('output, errors and exit code come apart', async () => {
      const result = await exec(host, contractCommands.echo, { input: 'in\nput' });
      expect(result).toMatchObject({ code: 7, signal: null, stdout: 'in\nput', stderr: 'problem\n', truncated: false });
    });

    it('a signal is told from an exit code', async () => {
      const result = await exec(host, contractCommands.killsItself);
      expect(result).toMatchObject({ code: null, signal: 'SIGKILL' });
      expect(() => expectOk(result)).toThrow(expect.objectContaining({ code: 'command.killed' }) as Error);
    });

    it('aborting rejects with the reason, also before the start', async () => {
      const stop = new AbortController();
      const reason = new Error('enough');
      const running = exec(host, contractCommands.sleeps, { signal: stop.signal });
      setTimeout(() => stop.abort(reason), 50);
      await expect(running).rejects.toBe(reason);
      await expect(exec(host, contractCommands.sleeps, { signal: stop.signal })).rejects.toBe(reason);
      await expect(host.connect({ port: 9 }, { signal: stop.signal })).rejects.toBe(reason);
    });

    it('a command that takes too long is ended', async () => {
      await expect(exec(host, contractCommands.sleeps, { timeoutMs: 50 })).rejects.toMatchObject({
        code: 'command.timeout',
      });
    });

    it('counts what it costs', async () => {
      const before = host.traffic;
      await exec(host, contractCommands.echo);
      await exec(host, contractCommands.changes);
      await exec(host, contractCommands.slow);
      await host.connect({ port: 1 }).catch(() => undefined);
      expect(host.traffic).toEqual({
        roundTrips: before.roundTrips + 4,
        changes: before.changes + 1,
        slowCalls: before.slowCalls + 1,
      });
    });

    it('a port that nobody listens on is closed', async () => {
      await expect(host.connect({ port: 1 })).rejects.toMatchObject({ code: 'host.port-closed' });
      await expect(host.connect({ socketPath: '/nobody/here.sock' })).rejects.toMatchObject({
        code: 'host.port-closed',
      });
    });

    it('once it is disposed of, nothing runs and nothing starts', async () => {
      const process = await host.spawn(contractCommands.sleeps);
      await host[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
      expect(host.closed.aborted).toBe(true);
      const lost = { code: 'host.connection-lost' };
      expect(host.closed.reason).toMatchObject(lost);
      await expect(process.exit).rejects.toMatchObject(lost);
      await expect(host.spawn(contractCommands.slow)).rejects.toMatchObject(lost);
      await expect(host.connect({ port: 1 })).rejects.toMatchObject(lost);
    });
  });
}

/** The whole contract, for machines that run programs. They need sh, the usual tools, perl and a /tmp. */
export function describeRealHost(title: string, open: () => Promise<Host>): void {
  describeHostPort(title, open);
  describePrograms(title, open);
  describeReach(title, open);
}
