import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/checkout.mjs';
import { canMakeDeb, makeDeb } from '../../scripts/deb/make-deb.mjs';
import { readFuses } from '../../scripts/pack/fuses.mjs';
import { makeApp } from '../../scripts/pack/make-app.mjs';
import { tempDataDir, type TempDataDir } from '../lab/temp-data-dir.ts';
import { describeWithDesktop } from './desktop.ts';
import { openXScreen } from './x-screen.ts';

const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const MINUTE_MS = 60_000;
const megabytes = (sizeBytes: number): string => `${(sizeBytes / 1e6).toFixed(0)} MB`;

/** Paths below a folder, files alone. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}

const sizeOf = (folder: string): number =>
  filesIn(folder).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);

/** Only Linux has its screen without a person, and makes Debian packages. */
const onLinux = process.platform === 'linux';

describeWithDesktop('the packed app', () => {
  let temp: TempDataDir;
  let app: { readonly folder: string; readonly program: string };
  let resources: string;

  beforeAll(async () => {
    const desktop = inject('desktop');
    if (desktop.is === 'missing') throw new Error(desktop.because);
    temp = await tempDataDir();
    const startedAt = Date.now();
    const { build, electron } = desktop;
    app = await makeApp({ build, electron, output: join(temp.path, 'packed'), installers: false });
    resources = join(app.folder, process.platform === 'darwin' ? 'Hardshell.app/Contents/Resources' : 'resources');
    const sizes = {
      app: app.folder,
      archive: join(resources, 'app.asar'),
      'command line': join(resources, 'command-line'),
    };
    const told = Object.entries(sizes).map(
      ([name, path]) => `${name} ${megabytes(statSync(path).isFile() ? statSync(path).size : sizeOf(path))}`,
    );
    console.info(`packed in ${((Date.now() - startedAt) / 1000).toFixed(0)} s: ${told.join(', ')}`);
  }, 5 * MINUTE_MS);
  afterAll(async () => {
    await temp[Symbol.asyncDispose]();
  });

  it('has its fuses as they should be, read from the program itself', async () => {
    expect(await readFuses(app.program)).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      enableCookieEncryption: false,
    });
    expect(readdirSync(resources)).not.toContain('default_app.asar');
    expect(readdirSync(resources)).not.toContain('app');
  });

  it('holds what runs, and nothing of how it was made', () => {
    const paths = listPackage(join(resources, 'app.asar'), { isPack: false }).map((path) => path.replaceAll('\\', '/'));
    const top = new Set(paths.map((path) => path.split('/')[1]));
    expect([...top].sort()).toEqual(['node_modules', 'out', 'package.json']);
    const folders = new Set(paths);
    expect(
      ['/out/main/main.js', '/out/main/cli.js', '/out/main/renderer/index.html'].filter((path) => !folders.has(path)),
    ).toEqual([]);
    const tools = Object.keys(manifest.devDependencies).filter((name) => folders.has(`/node_modules/${name}`));
    expect(tools).toEqual([]);
    const strange = paths.filter((path) =>
      /\.map$|\.(test|spec)\.|\.[cm]?ts$|\.tsx$|^\/(test|src|scripts)\/|\/obj\.target\//.test(path),
    );
    expect(strange).toEqual([]);
  });

  it('tells nothing about the computer that packed it', () => {
    const texts = filesIn(resources).filter((path) =>
      ['.js', '.cjs', '.mjs', '.json', '.html', '.css', ''].includes(extname(path)),
    );
    expect(texts.length).toBeGreaterThan(500);
    const telling = texts.filter((path) => readFileSync(join(resources, path)).includes(root));
    expect(telling).toEqual([]);
    expect(readFileSync(join(resources, 'app.asar')).includes(root)).toBe(false);
  });

  describe.runIf(onLinux)('as a command', () => {
    let command: string;
    beforeAll(() => {
      // as /usr/bin has it
      command = join(temp.path, 'hardshell');
      symlinkSync(join(resources, 'bin', 'hardshell'), command);
    });

    it('answers on a Node.js of its own', async () => {
      const env = { PATH: '/usr/bin:/bin', HARDSHELL_DATA_DIR: join(temp.path, 'none') };
      expect((await run(command, ['--version'], { env })).stdout.trim()).toBe(manifest.version);
      const { stdout } = await run(command, ['list', '--json'], { env });
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'result', ok: true });
    });

    it('has the native modules', async () => {
      const folder = join(resources, 'command-line');
      const node = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
      const load =
        'process.stdout.write(`${typeof require("node-pty").spawn} ${typeof require("keytar").getPassword}`)';
      expect((await run(node, ['-e', load], { cwd: folder })).stdout).toBe('function function');
    });

    it('serves the interface', async () => {
      const env = { PATH: '/usr/bin:/bin', HARDSHELL_DATA_DIR: join(temp.path, 'served') };
      const door = spawn(command, ['serve', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(door, 'exit');
      try {
        const [line] = (await once(createInterface(door.stdout), 'line')) as [string];
        const { url } = JSON.parse(line) as { url: string };
        const entered = await fetch(url, { redirect: 'manual' });
        expect(entered.status).toBe(302);
        const cookie = entered.headers.getSetCookie().map((one) => one.split(';')[0]);
        const page = await fetch(new URL('/', url), { headers: { cookie: cookie.join('; ') } });
        expect(await page.text()).toContain('<title>Hardshell</title>');
      } finally {
        door.kill('SIGINT');
      }
      expect(await ended).toEqual([0, null]);
    });
  });

  it.runIf(onLinux)('opens its window', { timeout: 2 * MINUTE_MS }, async () => {
    await using screen = await openXScreen({ width: 1440, height: 900 });
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const env = { ...process.env, DISPLAY: screen.name, HARDSHELL_DATA_DIR: join(temp.path, 'data') };
    const started = spawn(app.program, [...asRoot, '--disable-gpu'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(started, 'exit');
    let said = '';
    started.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    try {
      await expect
        .poll(
          () => {
            const colours = screen.colours();
            const drawn = [...colours.values()].reduce((sum, count) => sum + count, 0);
            // a whole window and not a message box; text and buttons and not an empty page
            return { wholeWindow: drawn > 0.9 * 1200 * 800, interface: colours.size > 100 };
          },
          { timeout: MINUTE_MS, interval: 500 },
        )
        .toEqual({ wholeWindow: true, interface: true });
    } finally {
      started.kill('SIGTERM');
    }
    expect(await ended, said).toEqual([0, null]);
    expect(said.split('\n').filter((line) => line.startsWith('{'))).toEqual([]);
  });

  describe.runIf(onLinux)('as a Debian package', () => {
    const make = canMakeDeb() ? it : it.skip;
    const because = canMakeDeb() ? '' : ' (dpkg-deb and fakeroot are needed)';

    make(
      `says what it is, and brings the app, the command and an entry of the menu${because}`,
      { timeout: 3 * MINUTE_MS },
      async () => {
        const startedAt = Date.now();
        const deb = await makeDeb({ app: app.folder, output: temp.path });
        console.info(
          `${basename(deb)}: ${megabytes(statSync(deb).size)} in ${((Date.now() - startedAt) / 1000).toFixed(0)} s`,
        );
        const fields = ['Package', 'Version', 'Architecture', 'Maintainer', 'Depends'];
        const { stdout: control } = await run('dpkg-deb', ['-f', deb, ...fields]);
        const arch = process.arch === 'x64' ? 'amd64' : process.arch;
        expect(control).toContain(`Package: hardshell\nVersion: ${manifest.version}\nArchitecture: ${arch}\n`);
        expect(control).toMatch(/^Maintainer: The Hardshell authors$/m);
        expect(control).toMatch(/^Depends: (?=.*libgtk-3-0)(?=.*libnss3)(?=.*libasound2)(?=.*libsecret-1-0)/m);

        const { stdout: listed } = await run('dpkg-deb', ['-c', deb], { maxBuffer: 10_000_000 });
        const lines = listed.split('\n').filter((line) => line !== '');
        expect(lines.filter((line) => !line.includes(' root/root '))).toEqual([]);
        for (const path of [
          './usr/lib/hardshell/hardshell-desktop',
          './usr/lib/hardshell/resources/app.asar',
          './usr/share/applications/hardshell.desktop',
          './usr/share/icons/hicolor/scalable/apps/hardshell.svg',
          './usr/share/icons/hicolor/512x512/apps/hardshell.png',
          './usr/share/doc/hardshell/copyright',
          './usr/bin/hardshell -> ../lib/hardshell/resources/bin/hardshell',
        ]) {
          expect(lines.filter((line) => line.endsWith(` ${path}`))).toHaveLength(1);
        }

        const entry = './usr/share/applications/hardshell.desktop';
        const { stdout: menu } = await run('sh', [
          '-c',
          'dpkg-deb --fsys-tarfile "$1" | tar -xO "$2"',
          'sh',
          deb,
          entry,
        ]);
        expect(menu).toMatch(/^Exec=\/usr\/lib\/hardshell\/hardshell-desktop$/m);
        expect(menu).toMatch(/^Name=Hardshell$/m);
        expect(menu).not.toContain('<%');
      },
    );
  });
});
