import { formatSize } from '../../diagnostics/finding.ts';
import { readSetting } from '../../openclaw/config-document.ts';
import type { DiagnosisCheck } from '../check.ts';
import type { Evidence } from '../evidence.ts';

/** Below this a file is small because little was set. */
const SMALL_BYTES = 600;
/** Less than this share of what it was is a loss, not an edit. */
const SHRUNK = 0.5;

/** The newest whole one from before, by name. */
const previousOf = ({ look }: Evidence) =>
  look?.previous.filter(({ isJson }) => isJson).toSorted((a, b) => b.at - a.at)[0];

const isRead = ({ config }: Evidence): boolean => config.is === 'read';
export const readConfig = ({ config }: Evidence, ...path: string[]): unknown =>
  config.is === 'read' ? readSetting(config.value, path) : undefined;

export const configChecks: readonly DiagnosisCheck[] = [
  {
    id: 'config.readable',
    title: 'openclaw.json',
    why: 'Without it the gateway does not start, or starts with nothing of what was set.',
    applicable: ({ config }) => config.is !== 'unknown',
    check(evidence) {
      const { config } = evidence;
      if (config.is === 'read') return 'It can be read.';
      const previous = previousOf(evidence);
      return {
        level: 'bad',
        because: config.is === 'missing' ? 'There is none.' : config.is === 'broken' ? config.because : '',
        ...(previous === undefined
          ? { hint: 'Restore a backup, or deploy again.' }
          : { fix: 'restore-config' as const }),
      };
    },
  },
  {
    id: 'config.shrunk',
    title: 'Size of openclaw.json',
    why: 'Somebody, or an update under another account, may have written an almost empty configuration over the real one.',
    applicable: (evidence) => isRead(evidence) && evidence.look?.config.is === 'read',
    check(evidence) {
      const previous = evidence.look?.previous.toSorted((a, b) => b.at - a.at)[0];
      const bytes = evidence.look?.config.is === 'read' ? evidence.look.config.bytes : 0;
      if (previous === undefined || previous.bytes < SMALL_BYTES || bytes >= previous.bytes * SHRUNK)
        return 'As large as before.';
      return {
        level: 'bad',
        because: `It has ${String(bytes)} bytes, and had ${String(previous.bytes)}.`,
        ...(previous.isJson ? { fix: 'restore-config' as const } : { hint: 'Restore a backup.' }),
      };
    },
  },
  {
    id: 'config.hooks-token',
    title: 'Token of the webhooks',
    why: 'OpenClaw refuses to start with it, and whoever may call a hook could take over the gateway.',
    applicable: (evidence) => typeof readConfig(evidence, 'hooks', 'token') === 'string',
    check(evidence) {
      if (readConfig(evidence, 'hooks', 'token') !== readConfig(evidence, 'gateway', 'auth', 'token'))
        return 'Webhooks have a token of their own.';
      return {
        level: 'bad',
        because: 'hooks.token is the token of the gateway.',
        hint: 'Set another hooks.token, and give it to whoever calls the hooks.',
      };
    },
  },
  {
    id: 'config.sandbox',
    isOfOurLayout: true,
    title: 'Sandbox of the agents',
    why: 'A sandbox is a container, and inside of its own container OpenClaw can start none: every command of an agent fails.',
    applicable: (evidence) => isRead(evidence) && evidence.place === 'docker',
    check(evidence) {
      const named = readConfig(evidence, 'agents', 'entries');
      const paths = [
        ['agents', 'defaults'],
        ...(typeof named === 'object' && named !== null ? Object.keys(named) : []).map((id) => [
          'agents',
          'entries',
          id,
        ]),
      ];
      const boxed = paths.filter((path) => {
        const mode = readConfig(evidence, ...path, 'sandbox', 'mode');
        const backend = readConfig(evidence, ...path, 'sandbox', 'backend');
        return (mode === 'all' || mode === 'non-main') && (backend === undefined || backend === 'docker');
      });
      const [first] = boxed;
      if (first === undefined) return 'None that needs Docker.';
      return {
        level: 'bad',
        because: `${first.join('.')}.sandbox.mode asks for a sandbox in Docker.`,
        hint: `Set ${first.join('.')}.sandbox.mode to "off": its container is the fence around it.`,
      };
    },
  },
  {
    id: 'files.modes',
    title: 'Who can read its secrets',
    why: 'Every account of the machine could read its keys and tokens.',
    applicable: ({ look }) => look?.state !== undefined,
    check({ look }) {
      const state = look?.state;
      const open = [
        ...(state !== undefined && isOpen(state.mode) ? ['the state folder'] : []),
        ...(look?.config.is === 'read' && isOpen(look.config.mode) ? ['openclaw.json'] : []),
        ...(state?.open ?? []).filter((name) => name !== 'openclaw.json'),
      ];
      if (open.length === 0 || look?.node === undefined) return 'Nobody but the account of OpenClaw.';
      const more = (state?.openCount ?? 0) > 4 ? ` and ${String((state?.openCount ?? 0) - 4)} more` : '';
      return { level: 'bad', because: `Others can read ${open.slice(0, 4).join(', ')}${more}.`, fix: 'modes' };
    },
  },
  {
    id: 'files.owner',
    title: 'Whose its files are',
    why: 'The gateway cannot write what belongs to somebody else: messages and settings are lost, or it does not start.',
    applicable: ({ look, place }) => look?.state !== undefined && place !== 'local',
    check({ look }) {
      const count = look?.state?.foreignCount ?? 0;
      if (count === 0) return 'All of them belong to the account of OpenClaw.';
      const names = (look?.state?.foreign ?? []).slice(0, 3).join(', ');
      return {
        level: 'bad',
        because: `${String(count)} ${count === 1 ? 'file belongs' : 'files belong'} to somebody else: ${names}${count > 3 ? ', …' : ''}.`,
        fix: 'owner',
      };
    },
  },
  {
    id: 'files.sessions',
    title: 'Old sessions',
    why: 'Folders of sessions that only grow make every request slow, until the dashboard does not open any more.',
    applicable: ({ look }) => look?.state !== undefined,
    check({ look }) {
      const { left, sessions } = look?.state ?? { left: { files: 0, bytes: 0 }, sessions: { files: 0, bytes: 0 } };
      if (left.bytes > 50 * 1024 ** 2 || left.files > 500)
        return {
          level: 'warn',
          because: `${String(left.files)} sessions that were deleted or reset still take ${formatSize(left.bytes)}.`,
          fix: 'sessions',
        };
      if (sessions.bytes > 2 * 1024 ** 3)
        return {
          level: 'warn',
          because: `Its sessions take ${formatSize(sessions.bytes)}.`,
          hint: 'Delete sessions that are not needed any more in the dashboard.',
        };
      return `Sessions take ${formatSize(sessions.bytes)}.`;
    },
  },
  {
    id: 'files.traces',
    title: 'Traces for debugging',
    why: 'A trace that was switched on and forgotten fills the disk.',
    applicable: ({ look }) => look?.state !== undefined,
    check({ look }) {
      const bytes = look?.state?.traces.bytes ?? 0;
      if (bytes < 1024 ** 3) return 'None of any size.';
      return {
        level: 'warn',
        because: `Traces of the cache take ${formatSize(bytes)}.`,
        hint: 'Switch diagnostics.cacheTrace off and remove the file cache-trace.jsonl.',
      };
    },
  },
];

/** For modes as four octal digits. */
const isOpen = (mode: string): boolean => (Number.parseInt(mode, 8) & 0o077) !== 0;
