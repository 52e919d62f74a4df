import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parseVisitors, visitorsFact } from './visitors.ts';

const run = promisify(execFile);

it('counts the connections that the account of Caddy has to the gateway', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-visitors-'));
  const server = createServer();
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = async (shown: string): Promise<number> => {
      await writeFile(join(dir, 'systemctl'), `#!/bin/sh\nprintf '${shown}'\n`);
      await chmod(join(dir, 'systemctl'), 0o755);
      const [shell, ...args] = visitorsFact(port).command.argv;
      const { stdout } = await run(shell, args, {
        env: { ...process.env, PATH: `${dir}:${process.env['PATH'] ?? ''}` },
      });
      return parseVisitors(stdout) ?? NaN;
    };
    const caddy = `LoadState=loaded\\nUser=${userInfo().username}\\n`;
    expect(await ask(caddy)).toBe(0);
    const visitor = connect(port, '127.0.0.1');
    await Promise.all([once(visitor, 'connect'), once(server, 'connection')]);
    expect(await ask(caddy)).toBe(1);
    expect(await ask('LoadState=loaded\\nUser=nobody\\n')).toBe(0);
    expect(await ask('LoadState=not-found\\nUser=\\n')).toBe(0);
    visitor.destroy();
  } finally {
    server.close();
    await rm(dir, { recursive: true, force: true });
  }
});

it('says nothing where the machine does not', () => {
  expect(parseVisitors('')).toBeUndefined();
  expect(parseVisitors('visitors=3\n')).toBe(3);
});
