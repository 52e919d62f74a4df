import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import type { CoreDeps } from '../api-deps.ts';
import type { Host } from '../host/host.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import { createWatchService } from './watch-service.ts';

let folder: Awaited<ReturnType<typeof tempDataDir>>;
beforeEach(async () => {
  folder = await tempDataDir();
});
afterEach(() => folder[Symbol.asyncDispose]());

/** Says yes to every systemctl but those that a word of is in `fails`. */
function open(asked: string[], fails: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const openHost = async (): Promise<Host> => {
    const host = await openLocalHost();
    const spawn: Host['spawn'] = (command, options) => {
      const words = command.argv.join(' ');
      asked.push(words);
      const argv = fails.some((word) => words.includes(word)) ? (['false'] as const) : (['true'] as const);
      return host.spawn({ ...command, argv: [...argv] }, options);
    };
    return Object.assign(Object.create(host) as Host, {
      spawn,
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    });
  };
  const deps = {
    dataDir: join(folder.path, 'data'),
    homeDir: folder.path,
    platform: 'linux',
    env: { HARDSHELL_LOG: 'info', ...env },
    userName: 'anna',
    watchCommand: ['/usr/bin/node', '/opt/cli.js', 'watch', '--data-dir', '/d'],
  } as unknown as CoreDeps;
  const secrets = {
    backend: () => Promise.resolve({ backend: 'vault-keyfile', strength: 'weak', description: '' } as const),
  };
  return createWatchService(deps, secrets, openHost);
}

it.runIf(process.platform !== 'win32')('is written, begun, and taken away again', async () => {
  const asked: string[] = [];
  const service = open(asked);
  expect(await service.status()).toMatchObject({ state: 'absent' });
  const { state, file = '' } = await service.install();
  expect(state).toBe('running');
  expect(await readFile(file, 'utf8')).toContain('"/opt/cli.js" "watch"');
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect(asked.filter((words) => / (enable|restart) /.test(words))).toHaveLength(2);
  expect(await service.uninstall()).toMatchObject({ state: 'absent' });
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await service.uninstall()).toMatchObject({ state: 'absent' });
});

it.runIf(process.platform !== 'win32')('is not given an agent that ends with this session, and says so', async () => {
  const { file = '', note } = await open([], [], { SSH_AUTH_SOCK: '/tmp/ssh-a/agent.1' }).install();
  expect(note).toContain('agent of this session');
  expect(await readFile(file, 'utf8')).not.toContain('SSH_AUTH_SOCK');
});

it.runIf(process.platform !== 'win32')('is said not to be possible where there is no user manager', async () => {
  const service = open([], ['show-environment']);
  expect(await service.status()).toEqual({ state: 'unsupported' });
  await expect(service.install()).rejects.toMatchObject({ code: 'watch.unsupported' });
});

it.runIf(process.platform !== 'win32')('that the system does not take is said so', async () => {
  await expect(open([], [' enable ']).install()).rejects.toMatchObject({ code: 'watch.failed' });
});
