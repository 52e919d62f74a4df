import { expect, it } from 'vitest';
import { createFakeHost } from '../host/fake/fake-host.ts';
import { serverLayout } from '../openclaw/server-layout.ts';
import { readServerLogs } from './server-logs.ts';

it("reads what Caddy said and what was changed, Caddy's lines without the name of the server", async () => {
  const host = createFakeHost()
    .on(/caddy\.log/, { stdout: '--- caddy.log\nx caddy[1]: served\n--- audit.log\nx anna@laptop\n' })
    .on(/update\.log/, { stdout: '--- update.log\n' });
  expect(await readServerLogs(host, serverLayout)).toEqual({
    'caddy.log': 'x caddy[1]: served\n',
    'audit.log': 'x anna@laptop\n\n',
  });
  expect(host.calls[0]?.text).toContain('journalctl --no-pager --no-hostname ');
});
