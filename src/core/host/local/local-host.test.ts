import { expect, it } from 'vitest';
import { query } from '../command.ts';
import { describeRealHost } from '../host.contract.ts';
import { openLocalHost } from './local-host.ts';

describeRealHost('this computer', () => openLocalHost());

it('gives its programs the environment it was told to', async () => {
  await using host = await openLocalHost({ env: { PATH: process.env['PATH'] ?? '', ONLY: 'this' } });
  const { exec } = await import('../exec.ts');
  const { stdout } = await exec(host, query(['env']));
  expect(stdout).toContain('ONLY=this\n');
  expect(stdout).not.toContain('HOME=');
});
