import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SshHost } from '../../api-link.ts';
import { readSshConfig } from './ssh-config-file.ts';
import { listConfigHosts } from './ssh-config-hosts.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-ssh-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function list(files: Record<string, string>): Promise<SshHost[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return listConfigHosts(await readSshConfig(join(dir, 'config'), dir), 'anna');
}

it('lists the hosts that are named, in their order, with what applies to them', async () => {
  const hosts = await list({
    config: `Include work.conf
Host nas box
  HostName 192.0.2.7
Host nas
  Port 2222
Host *.example.org !not.example.org
  User nobody
Host box
  User too-late
Host *
  User anna
Match host nas
  User never`,
    'work.conf': 'Host bastion\n  HostName %h.example.com\n  User ops\n',
  });
  expect(hosts).toEqual([
    { alias: 'bastion', hostName: 'bastion.example.com', user: 'ops' },
    { alias: 'nas', hostName: '192.0.2.7', port: 2222, user: 'anna' },
    { alias: 'box', hostName: '192.0.2.7', user: 'too-late' },
  ]);
});

it('offers a host that is written wrongly by its name', async () => {
  expect(await list({ config: 'Host odd\n  Port many\nHost fine\n  Port 22\n' })).toEqual([
    { alias: 'odd' },
    { alias: 'fine', port: 22 },
  ]);
});

it('knows none where there is no configuration', async () => {
  expect(await list({})).toEqual([]);
});
