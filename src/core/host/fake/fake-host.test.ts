import { describe, expect, it } from 'vitest';
import { change, query } from '../command.ts';
import { exec } from '../exec.ts';
import { contractCommands, describeHostPort } from '../host.contract.ts';
import { createFakeHost } from './fake-host.ts';

describeHostPort('the fake machine', () =>
  Promise.resolve(
    createFakeHost()
      .on(
        (command) => command.argv === contractCommands.echo.argv,
        (_command, input) => ({ stdout: input, stderr: 'problem\n', code: 7 }),
      )
      .on((command) => command.argv === contractCommands.killsItself.argv, { signal: 'SIGKILL' })
      .on('sleep 300', { hangs: true })
      .on('true', {}),
  ),
);

describe('the fake machine', () => {
  it('refuses what it was not told about', async () => {
    await expect(createFakeHost().spawn(query(['rm', '-rf', '/']))).rejects.toThrow('not told about: rm -rf /');
  });

  it('keeps what it was asked, with its input', async () => {
    const host = createFakeHost().on(/^tee /, { delayMs: 10 });
    await exec(host, change(['tee', "it's"]), { input: 'content' });
    expect(host.calls.map(({ text }) => text)).toEqual([`tee 'it'\\''s'`]);
    expect((await host.calls[0]?.input)?.toString()).toBe('content');
  });

  it('loses its connection when it is told to', async () => {
    const host = createFakeHost().on('reboot', { losesConnection: true }).on('sleep 300', { hangs: true });
    const other = expect(exec(host, query(['sleep', '300']))).rejects.toMatchObject({ code: 'host.connection-lost' });
    await expect(exec(host, change(['reboot']))).rejects.toMatchObject({ code: 'host.connection-lost' });
    await other;
    expect(host.closed.aborted).toBe(true);
  });

  it('hands a connection to whoever listens', async () => {
    const host = createFakeHost().listen({ port: 80 }, (stream) => stream.pipe(stream));
    const stream = await host.connect({ port: 80 });
    stream.end('hello');
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe('hello');
  });
});
