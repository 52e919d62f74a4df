import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

describe('parseSettings', () => {
  it('takes what is there, and nothing for what is empty', () => {
    expect(
      parseSettings(
        {
          HARDSHELL_DATA_DIR: '/srv/hard shell',
          HARDSHELL_PASSPHRASE_FILE: '',
          HARDSHELL_MIRROR_NODE: 'http://127.0.0.1:8080/node///',
          HARDSHELL_MIRROR_NPM: 'https://npm.example/',
          HARDSHELL_LOG: 'debug',
          SSH_AUTH_SOCK: '/run/agent',
          HARDSHELL_ELSE: 'ignored',
        },
        'linux',
      ),
    ).toEqual({
      dataDir: '/srv/hard shell',
      mirrorNode: 'http://127.0.0.1:8080/node',
      mirrorNpm: 'https://npm.example',
      logLevel: 'debug',
      sshAgent: '/run/agent',
    });
  });

  it.each([
    ['HARDSHELL_DATA_DIR', 'relative/place'],
    ['HARDSHELL_DATA_DIR', '/with\nnewline'],
    ['HARDSHELL_PASSPHRASE_FILE', '~/passphrase'],
    ['HARDSHELL_MIRROR_NODE', 'npm.example'],
    ['HARDSHELL_MIRROR_NPM', 'file:///srv/npm'],
    ['HARDSHELL_MIRROR_NPM', 'https://anna:hunter2@npm.example'],
    ['HARDSHELL_MIRROR_INSTALLER', 'https://mirror.example/install.sh?token=hunter2'],
    ['HARDSHELL_TELEGRAM_API', 'https://:80'],
    ['HARDSHELL_LOG', 'verbose'],
  ])('refuses %s=%j, by name and without its value', (name, value) => {
    const attempt = (): unknown => parseSettings({ [name]: value }, 'linux');
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'usage.invalid', message: expect.stringContaining(name) as string }),
    );
    expect(attempt).not.toThrow(value);
    expect(attempt).not.toThrow('hunter2');
  });

  it('knows the absolute paths of the platform', () => {
    expect(parseSettings({ HARDSHELL_DATA_DIR: 'C:\\Hardshell' }, 'win32').dataDir).toBe('C:\\Hardshell');
    expect(() => parseSettings({ HARDSHELL_DATA_DIR: 'C:\\Hardshell' }, 'linux')).toThrow('absolute');
  });
});
