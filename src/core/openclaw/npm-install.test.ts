import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { npmInstallArguments, npmInstallEnvironment } from './npm-install.ts';

describe('npmInstallArguments', () => {
  const install = { spec: 'openclaw@2026.9.6', registry: 'http://127.0.0.1:4873' };

  it('allows the one install script that is needed', () => {
    expect(npmInstallArguments(install)).toEqual(
      expect.arrayContaining(['openclaw@2026.9.6', '--registry=http://127.0.0.1:4873/', '--allow-scripts=openclaw']),
    );
  });

  it('leaves the flag out where npm does not know it', () => {
    expect(npmInstallArguments({ ...install, npmVersion: '11.15.2' })).not.toContain('--allow-scripts=openclaw');
    expect(npmInstallArguments({ ...install, npmVersion: '12.0.0' })).toContain('--allow-scripts=openclaw');
  });
});

describe('npmInstallEnvironment', () => {
  it.skipIf(spawnSync('git', ['--version']).status !== 0)('makes git fetch from GitHub without a key', () => {
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...npmInstallEnvironment() };
    for (const url of ['git@github.com:a/b.git', 'ssh://git@github.com/a/b.git', 'git://github.com/a/b.git']) {
      const { stdout } = spawnSync('git', ['ls-remote', '--get-url', url], { env, encoding: 'utf8' });
      expect(stdout.trim()).toBe('https://github.com/a/b.git');
    }
  });
});
