import { describe, expect, it } from 'vitest';
import { instanceIdSchema } from '../../../shared/model/ids.ts';
import { fingerprint } from '../../supervisor/definition.ts';
import { contentPath } from './openclaw-download.ts';
import { defineGateway, layoutLocal, localEnvironment } from './local-layout.ts';
import { formatNpmrc } from './openclaw-package.ts';

const instance = {
  id: instanceIdSchema.parse('i-0123456789abcdef'),
  name: 'home',
  nodeVersion: '24.21.0',
  port: 18_789,
};

describe('the layout of an instance', () => {
  it('is that of an official release and of npm on Linux and macOS', () => {
    const layout = layoutLocal('/data', instance, 'linux');
    expect(layout).toMatchObject({
      node: '/data/runtime/node-24.21.0/bin/node',
      npmCli: '/data/runtime/node-24.21.0/lib/node_modules/npm/bin/npm-cli.js',
      gatewayEntry: '/data/instances/i-0123456789abcdef/prefix/lib/node_modules/openclaw/dist/index.js',
      binDirs: ['/data/instances/i-0123456789abcdef/prefix/bin'],
      configFile: '/data/instances/i-0123456789abcdef/state/openclaw.json',
    });
  });

  it('is that of Windows there', () => {
    const layout = layoutLocal('C:\\data', instance, 'win32');
    expect(layout).toMatchObject({
      node: 'C:\\data\\runtime\\node-24.21.0\\node.exe',
      npmCli: 'C:\\data\\runtime\\node-24.21.0\\node_modules\\npm\\bin\\npm-cli.js',
      gatewayEntry: 'C:\\data\\instances\\i-0123456789abcdef\\prefix\\node_modules\\openclaw\\dist\\index.js',
      binDirs: ['C:\\data\\instances\\i-0123456789abcdef\\prefix'],
    });
    expect(localEnvironment(layout)['NODE_COMPILE_CACHE']).toBe(
      'C:\\data\\instances\\i-0123456789abcdef\\cache\\node-compile',
    );
  });
});

describe('the definition of a gateway', () => {
  const layout = layoutLocal('/data', instance, 'linux');
  it('tells OpenClaw where it is and who restarts it, never to be silent', () => {
    const { env, args } = defineGateway(layout, instance);
    expect(args).toEqual(['gateway', '--port', '18789']);
    expect(env).toMatchObject({
      OPENCLAW_NO_RESPAWN: '1',
      OPENCLAW_DISABLE_BONJOUR: '1',
      OPENCLAW_EXEC_SHELL_SNAPSHOT: '0',
    });
    expect(env).not.toHaveProperty('OPENCLAW_SKIP_CHANNELS');
  });

  it('has a fingerprint that changes with what it is run as, and with nothing else', () => {
    const one = defineGateway(layout, instance);
    const { env, ...rest } = one;
    expect(fingerprint({ env: Object.fromEntries(Object.entries(env).reverse()), ...rest })).toBe(fingerprint(one));
    expect(fingerprint(defineGateway(layout, { ...instance, port: 18_790 }))).not.toBe(fingerprint(one));
  });
});

describe("npm's cache and settings", () => {
  it('keep content where npm looks for it by its integrity', () => {
    expect(contentPath('/cache', 'e686aa')).toBe('/cache/_cacache/content-v2/sha512/e6/86/aa');
  });

  it.each([
    ['https://registry.npmjs.org', ''],
    ['https://anna:open%20sesame@npm.example/sub', '//npm.example/sub/:_auth=YW5uYTpvcGVuIHNlc2FtZQ==\n'],
    ['http://anna:x@127.0.0.1:4873', '//127.0.0.1:4873/:_auth=YW5uYTp4\n'],
  ])('hold the login of %s', (registry, npmrc) => {
    expect(formatNpmrc(registry)).toBe(npmrc);
  });
});
