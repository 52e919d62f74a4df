import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execBatch } from './batch.ts';
import { change, query, queryScript, resolveArgv, type Command } from './command.ts';
import { exec, expectOk } from './exec.ts';
import { readFile, writeFile, writeFileCommand } from './files.ts';
import type { Host, Process } from './host.ts';
import { readAll, readLines } from './streams.contract.ts';

/** The part of the contract about what is built on programs and connections: batches, files, ports, and letting go of all. */
export function describeReach(title: string, open: () => Promise<Host>): void {
  describe(`${title} is within reach:`, () => {
    let host: Host;
    let dir: string;
    beforeEach(async () => {
      host = await open();
      dir = expectOk(await exec(host, query(['mktemp', '-d']))).stdout.trim();
    });
    afterEach(async () => {
      await exec(host, change(['rm', '-rf', dir]));
      await host[Symbol.asyncDispose]();
    });

    it('a batch answers in order, in one round trip', async () => {
      const before = host.traffic.roundTrips;
      const commands = [
        queryScript('sleep 0.2; echo slow; echo "it\'s" >&2; exit 3'),
        query(['printf', '%s', 'no end of line']),
        query(['cat']),
        query(['hardshell-no-such-program']),
        queryScript('kill -9 $$'),
      ];
      const results = await execBatch(host, commands, {
        runAs: 'login',
        wrap: (command: Command) => resolveArgv(command),
      });
      expect(results.map(({ code, stdout }) => [code, stdout])).toEqual([
        [3, 'slow\n'],
        [0, 'no end of line'],
        [0, ''],
        [127, ''],
        [137, ''],
      ]);
      expect(results[0]?.stderr).toBe("it's\n");
      expect(host.traffic.roundTrips - before).toBe(1);
    });

    it('files are replaced whole, with their mode', async () => {
      const path = `${dir}/it's a "file" 🦀\n`;
      await writeFile(host, path, 'one\n', { mode: '0640' });
      await writeFile(host, path, Buffer.from('zwei\n\n'), { mode: '0604' });
      expect(await readFile(host, path)).toBe('zwei\n\n');
      expect(await readFile(host, `${dir}/none`)).toBeUndefined();
      expect(await readFile(host, `${path}/below a file`)).toBeUndefined();
      const { stdout } = await exec(host, query(['ls', '-lan', dir]));
      expect(stdout).toMatch(/^-rw----r--/m);
      expect(stdout).not.toContain('.hardshell');
    });

    it('content that arrives cut short replaces nothing', async () => {
      const path = `${dir}/file`;
      await writeFile(host, path, 'whole');
      const { command } = writeFileCommand(path, 'a much longer content');
      const result = await exec(host, command, { input: 'a much' });
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('cut short');
      expect(await readFile(host, path)).toBe('whole');
      expect((await exec(host, query(['ls', '-A', dir]))).stdout).toBe('file\n');
    });

    it('a write that is given up leaves nothing behind', async () => {
      const stop = new AbortController();
      const { command } = writeFileCommand(`${dir}/file`, 'never');
      const process = await host.spawn(command, { signal: stop.signal });
      process.stdout.resume();
      process.stderr.resume();
      const list = async (): Promise<string> => (await exec(host, query(['ls', '-A', dir]))).stdout;
      await expect.poll(list, { timeout: 5000 }).toMatch(/^\.hardshell\./);
      stop.abort(new Error('enough'));
      await expect(process.exit).rejects.toThrow('enough');
      await expect.poll(list, { timeout: 5000 }).toBe('');
    });

    it('ports and sockets of the machine can be reached, both ways and half-closed', { timeout: 20_000 }, async () => {
      for (const kind of ['port', 'socket'] as const) {
        const path = `${dir}/echo.sock`;
        const server = await host.spawn(query(['perl', '-e', ECHO_SERVER, kind, path]));
        server.stderr.resume();
        const output = readLines(server.stdout);
        await output.until('\n');
        const stream = await host.connect(kind === 'port' ? { port: Number(output.text()) } : { socketPath: path });
        const sent = randomBytes(3_000_000);
        stream.end(sent);
        const received = await readAll(stream);
        expect(received.subarray(0, -3).equals(sent)).toBe(true);
        expect(received.subarray(-3).toString()).toBe('end');
        server.kill('SIGTERM');
        await server.exit;
      }
    });

    it('what the other end says before it hangs up is read to its end, however late', { timeout: 20_000 }, async () => {
      const server = await host.spawn(query(['perl', '-e', SPEAKER]));
      server.stderr.resume();
      const output = readLines(server.stdout);
      await output.until('\n');
      const stream = await host.connect({ port: Number(output.text()) });
      await output.until('hung up');
      await sleep(100);
      expect(await readAll(stream)).toHaveLength(100_000);
      stream.destroy();
      await server.exit;
    });

    it('disposing leaves no socket, timer or process here', { timeout: 20_000 }, async () => {
      const count = (kind: string): number =>
        process.getActiveResourcesInfo().filter((name) => name.includes(kind)).length;
      const kinds = ['TCP', 'Pipe', 'Process', 'Timeout'];
      const before = kinds.map(count);
      const other = await open();
      await exec(other, query(['true']), { timeoutMs: 60_000 });
      const endless = await other.spawn(query(['sleep', '300']));
      const server = await other.spawn(query(['perl', '-e', ECHO_SERVER, 'port', '']));
      const output = readLines(server.stdout);
      await output.until('\n');
      const stream = await other.connect({ port: Number(output.text()) });
      await other[Symbol.asyncDispose]();
      for (const { exit } of [endless, server] satisfies Process[]) await expect(exit).rejects.toThrow();
      expect(stream.destroyed).toBe(true);
      const left = (): string[] => kinds.filter((kind, index) => count(kind) > (before[index] ?? 0));
      for (let tries = 0; left().length > 0 && tries < 60; tries += 1) await sleep(50);
      expect(left()).toEqual([]);
    });
  });
}

/** Says its port, speaks to the first client, and hangs up without listening. */
const SPEAKER = `use strict; use IO::Socket::INET; $| = 1;
my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
print $server->sockport . "\\n";
my $client = $server->accept; print $client 'x' x 100000; close $client; print "hung up\\n";`;

/** Says its port (or that it is ready), then hands back what the first client sends, and `end` once that one has ended. */
const ECHO_SERVER = `use strict; use IO::Socket::INET; use IO::Socket::UNIX; $| = 1;
my ($kind, $path) = @ARGV;
my $server = $kind eq 'port' ? IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') : IO::Socket::UNIX->new(Listen => 1, Local => $path);
print $kind eq 'port' ? $server->sockport . "\\n" : "ready\\n";
my $client = $server->accept;
while (sysread($client, my $data, 65536)) { my $at = 0; while ($at < length $data) { $at += syswrite($client, $data, length($data) - $at, $at) } }
syswrite($client, 'end'); close $client; sleep 300;`;
