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
          HARDSHELL_MIRROR_CADDY: 'https://caddy.example/stable/',
          HARDSHELL_MIRROR_DOCKER: 'https://docker.example/linux',
          HARDSHELL_MIRROR_IMAGE: 'registry.example:5000/openclaw',
          HARDSHELL_DOCKER_RANGE: '172.30.0.0/16',
          HARDSHELL_PROXY_IMAGE: 'registry.example:5000/caddy:2.11',
          HARDSHELL_CLOUDFLARE_API: 'http://127.0.0.1:8080/client/v4',
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
      mirrorCaddy: 'https://caddy.example/stable',
      mirrorDocker: 'https://docker.example/linux',
      mirrorImage: 'registry.example:5000/openclaw',
      instanceRange: '172.30.0.0/16',
      proxyImage: 'registry.example:5000/caddy:2.11',
      cloudflareApi: 'http://127.0.0.1:8080/client/v4',
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
    ['HARDSHELL_MIRROR_CADDY', 'ftp://caddy.example'],
    ['HARDSHELL_MIRROR_DOCKER', 'https://anna:hunter2@docker.example'],
    ['HARDSHELL_MIRROR_IMAGE', 'https://registry.example/openclaw'],
    ['HARDSHELL_MIRROR_IMAGE', 'registry.example/openclaw@hunter2'],
    ['HARDSHELL_DOCKER_RANGE', '172.30.0.0'],
    ['HARDSHELL_DOCKER_RANGE', '172.30.0.0/30'],
    ['HARDSHELL_PROXY_IMAGE', 'https://registry.example/caddy'],
    ['HARDSHELL_CLOUDFLARE_API', 'api.cloudflare.com'],
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
