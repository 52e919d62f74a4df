import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findLocalEndpoints, type LocalEndpoint, type LocalSurroundings } from './local-endpoints.ts';

async function find(
  surroundings: Partial<LocalSurroundings> & { readonly uid?: number },
  files: Readonly<Record<string, string>> = {},
): Promise<readonly LocalEndpoint[]> {
  const usual = { env: {}, homeDir: '/home/anna', platform: 'linux', uid: 1000 } as const;
  return findLocalEndpoints({ ...usual, ...surroundings }, (path) => Promise.resolve(files[path]));
}

async function paths(...args: Parameters<typeof find>): Promise<string[]> {
  return (await find(...args)).map((endpoint) => (endpoint.kind === 'socket' ? endpoint.path : endpoint.kind));
}

function metaPath(folder: string, name: string, separator = '/'): string {
  const id = createHash('sha256').update(name).digest('hex');
  return [folder, 'contexts', 'meta', id, 'meta.json'].join(separator);
}

const leadsTo = (address: string): string => JSON.stringify({ Name: 'x', Endpoints: { docker: { Host: address } } });

describe('where the engine of this computer is looked for', () => {
  it('without a choice: where engines of each system put their sockets', async () => {
    expect(await paths({ env: { XDG_RUNTIME_DIR: '/run/user/1000' } })).toEqual([
      '/var/run/docker.sock',
      '/run/user/1000/docker.sock',
      '/home/anna/.docker/desktop/docker.sock',
    ]);
    expect(await paths({ platform: 'darwin', homeDir: '/Users/anna', uid: 501 })).toEqual([
      '/var/run/docker.sock',
      '/Users/anna/.docker/run/docker.sock',
      '/Users/anna/.orbstack/run/docker.sock',
      '/Users/anna/.colima/default/docker.sock',
      '/Users/anna/.colima/docker.sock',
    ]);
    expect((await paths({ platform: 'win32', homeDir: 'C:\\Users\\Anna' }))[0]).toBe('//./pipe/docker_engine');
  });

  it('a rootless engine elsewhere than usual is looked for in both places', async () => {
    expect(await paths({ env: { XDG_RUNTIME_DIR: '/tmp/runtime' } })).toEqual(
      expect.arrayContaining(['/tmp/runtime/docker.sock', '/run/user/1000/docker.sock']),
    );
  });

  it('DOCKER_HOST is the only place then', async () => {
    expect(await paths({ env: { DOCKER_HOST: 'unix:///tmp/d.sock', DOCKER_CONTEXT: 'other' } })).toEqual([
      '/tmp/d.sock',
    ]);
    expect(await paths({ env: { DOCKER_HOST: 'npipe:////./pipe/mine' }, platform: 'win32' })).toEqual([
      '//./pipe/mine',
    ]);
    expect(await paths({ env: { DOCKER_HOST: '' } })).toContain('/var/run/docker.sock');
  });

  it('SSH and naked TCP are refused with what to do instead', async () => {
    const refused = async (env: Record<string, string>): Promise<unknown> => {
      const [endpoint] = await find({ env });
      return endpoint?.kind === 'refused' ? `${endpoint.error.message} ${endpoint.error.hint ?? ''}` : endpoint;
    };
    expect(await refused({ DOCKER_HOST: 'ssh://anna@box:2222' })).toContain('docker+ssh://anna@box:2222');
    expect(await refused({ DOCKER_HOST: 'tcp://127.0.0.1:2375' })).toContain('without TLS');
    const tls = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(await refused({ ...tls, DOCKER_HOST: 'tcp://203.0.113.7:2376' })).toContain('docker+ssh://');
    expect(await refused({ DOCKER_HOST: 'rubbish' })).toContain('unix://');
    expect(await refused({ ...tls, DOCKER_HOST: 'tcp://localhost:2376' })).toMatchObject({
      kind: 'tls',
      host: 'localhost',
      port: 2376,
      certificates: '/certs',
    });
    expect(await refused({ ...tls, DOCKER_HOST: 'tcp://[::1]:2377' })).toMatchObject({ host: '::1', port: 2377 });
  });

  it('follows the current context, and DOCKER_CONTEXT before it', async () => {
    const files = {
      '/home/anna/.docker/config.json': '{"currentContext":"colima"}',
      [metaPath('/home/anna/.docker', 'colima')]: leadsTo('unix:///home/anna/.colima/x.sock'),
      [metaPath('/home/anna/.docker', 'other')]: leadsTo('unix:///other.sock'),
    };
    expect(await paths({}, files)).toEqual(['/home/anna/.colima/x.sock']);
    expect(await paths({ env: { DOCKER_CONTEXT: 'other' } }, files)).toEqual(['/other.sock']);
    expect(await paths({ env: { DOCKER_CONTEXT: 'default' } }, files)).toContain('/var/run/docker.sock');
    expect(await paths({ env: { DOCKER_CONTEXT: 'gone' } }, files)).toEqual(['refused']);
  });

  it('finds the contexts of Windows and of another configuration folder', async () => {
    const home = 'C:\\Users\\Anna';
    const files = {
      [`${home}\\.docker\\config.json`]: '{"currentContext":"desktop-linux"}',
      [metaPath(`${home}\\.docker`, 'desktop-linux', '\\')]: leadsTo('npipe:////./pipe/dockerDesktopLinuxEngine'),
    };
    expect(await paths({ platform: 'win32', homeDir: home }, files)).toEqual(['//./pipe/dockerDesktopLinuxEngine']);
    const elsewhere = {
      '/cfg/config.json': '{"currentContext":"a"}',
      [metaPath('/cfg', 'a')]: leadsTo('unix:///a.sock'),
    };
    expect(await paths({ env: { DOCKER_CONFIG: '/cfg' } }, elsewhere)).toEqual(['/a.sock']);
  });

  it('a configuration that cannot be read chooses nothing', async () => {
    for (const config of ['{', '[]', '"x"', '{"currentContext":7}', '{}', 'null']) {
      expect(await paths({}, { '/home/anna/.docker/config.json': config }), config).toContain('/var/run/docker.sock');
    }
  });
});
