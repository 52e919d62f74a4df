/**
 * Who may import whom: the rooms of ARCHITECTURE.md as data. `packages` are the npm packages that a room may use,
 * `builtins` says whether it may use `node:*`, `rooms` which other rooms, and through which file (`*`: any).
 *
 * @typedef {{ rooms: Record<string, string>, packages: readonly string[], builtins: boolean, instead: string }} Room
 */

const door = { shared: '*', core: 'index.ts', native: '*', panel: 'index.ts' };

/** @type {Readonly<Record<string, Room>>} */
export const rooms = {
  shared: {
    rooms: {},
    packages: ['zod'],
    builtins: false,
    instead: 'shared runs anywhere, the browser included: pass in what it needs, or put the code into core',
  },
  core: {
    rooms: { shared: '*' },
    packages: ['age-encryption', 'dockerode', 'json5', 'semver', 'ssh-config', 'ssh2', 'tar', 'ws', 'zod'],
    builtins: true,
    instead: 'core is the product without a window: declare a port and let createCore(deps) be given it',
  },
  native: {
    rooms: { shared: '*', core: 'index.ts' },
    packages: ['keytar', 'node-pty', 'zod'],
    builtins: true,
    instead: 'native adapts native modules and this computer to what core/index.ts asks for, and does nothing else',
  },
  panel: {
    rooms: { shared: '*', core: 'index.ts' },
    packages: ['zod'],
    builtins: true,
    instead: 'panel answers the contract for every door: what only one door can do is given to createPanel(deps)',
  },
  main: {
    rooms: door,
    packages: ['electron', 'electron-store', 'zod'],
    builtins: true,
    instead: 'a door is thin: it calls core/index.ts and reaches native modules through native',
  },
  server: {
    rooms: door,
    packages: ['@fastify/static', 'fastify', 'ws', 'zod'],
    builtins: true,
    instead: 'a door is thin: it calls core/index.ts and reaches native modules through native',
  },
  cli: {
    rooms: { ...door, server: 'index.ts' },
    packages: ['commander', 'zod'],
    builtins: true,
    instead: 'a door is thin: it calls core/index.ts and reaches native modules through native',
  },
  preload: {
    rooms: { shared: '*' },
    packages: ['electron'],
    builtins: false,
    instead: 'preload holds contextBridge and ipcRenderer and nothing else',
  },
  renderer: {
    rooms: { shared: '*' },
    packages: [
      '@codemirror/autocomplete',
      '@codemirror/commands',
      '@codemirror/lang-json',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/merge',
      '@codemirror/search',
      '@codemirror/state',
      '@codemirror/view',
      '@fontsource-variable/inter',
      '@fontsource-variable/jetbrains-mono',
      '@lezer/highlight',
      '@xterm/addon-fit',
      '@xterm/addon-search',
      '@xterm/addon-unicode11',
      '@xterm/addon-web-links',
      '@xterm/addon-webgl',
      '@xterm/xterm',
      'cmdk',
      'lucide-react',
      'radix-ui',
      'react',
      'react-dom',
      'uplot',
      'zod',
      'zustand',
    ],
    builtins: false,
    instead: 'the renderer talks to a door through renderer/client.ts',
  },
};

/** What tests may use beside what their room may. */
export const testPackages = ['fast-check', 'vitest'];

const foundation = 0;
const knowledge = 1;
const top = 7;

/**
 * Inside core a folder imports only folders of its own height or below.
 * @type {Readonly<Record<string, number>>}
 */
const heights = {
  host: foundation,
  'container-engine': foundation,
  secrets: foundation,
  state: foundation,
  system: foundation,
  backups: foundation,
  facts: knowledge,
  steps: 2,
  plans: 3,
  runner: 4,
  places: 5,
  diagnosis: 5,
  links: 6,
  guard: 6,
  configuration: 6,
  adoption: 6,
  // the words in which core is spoken to: types alone, made of what lies at the bottom
  'api.ts': foundation,
  'api-configuration.ts': foundation,
  'api-alerts.ts': foundation,
  'api-agent.ts': foundation,
  'api-deps.ts': foundation,
  'api-diagnosis.ts': foundation,
  'api-devices.ts': foundation,
  'api-import.ts': foundation,
  'api-link.ts': foundation,
  'api-operations.ts': foundation,
  'updates/update-api.ts': foundation,
  // what of openclaw.json is a secret, whoever asks
  'configuration/redaction.ts': knowledge,
};

/** In words, for the message of the rule. */
export const coreOrder =
  'host, container-engine, secrets, state, system, backups <- facts <- steps <- plans <- runner <- places <- links, guard';

/**
 * Folders that the order does not name (openclaw, ingress, providers…) are what core knows about something: as high as
 * facts. Files directly in core are its entry, above everything.
 * @param {readonly string[]} pathInCore
 * @returns {number}
 */
export function heightInCore(pathInCore) {
  const [name = '', ...rest] = pathInCore;
  return heights[pathInCore.join('/')] ?? heights[name] ?? (rest.length === 0 ? top : knowledge);
}
