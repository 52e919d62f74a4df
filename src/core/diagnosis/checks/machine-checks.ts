import semver from 'semver';
import { formatList, formatSize } from '../../diagnostics/finding.ts';
import type { DiagnosisCheck } from '../check.ts';

const GIB = 1024 ** 3;
/** Below this OpenClaw is killed sooner or later without swap. */
const ENOUGH_BYTES = 1.9 * GIB;
const CLOCK_SECONDS = 90;
const DAY_MS = 24 * 60 * 60_000;

export const machineChecks: readonly DiagnosisCheck[] = [
  {
    id: 'machine.memory',
    title: 'Memory',
    why: 'The kernel ends programs when memory runs out, the gateway first.',
    applicable: ({ server }) => server !== undefined,
    check({ server }) {
      const { totalBytes, diskSwapBytes, availableBytes } = server?.memory ?? {
        totalBytes: 0,
        diskSwapBytes: 0,
        availableBytes: 0,
      };
      if (totalBytes + diskSwapBytes < ENOUGH_BYTES)
        return {
          level: 'warn',
          because: `${formatSize(totalBytes)} of memory, and no swap worth the name.`,
          fix: 'swap',
        };
      if (availableBytes < totalBytes * 0.05 && diskSwapBytes === 0)
        return {
          level: 'warn',
          because: `Only ${formatSize(availableBytes)} of ${formatSize(totalBytes)} are left, without swap.`,
          fix: 'swap',
        };
      return `${formatSize(totalBytes)}, and ${formatSize(diskSwapBytes)} of swap.`;
    },
  },
  {
    id: 'machine.disk',
    title: 'Disk',
    why: 'On a full disk nothing can be written: no message, no setting, no backup.',
    applicable: ({ look }) => look?.disk !== undefined,
    check({ look }) {
      const { totalBytes, freeBytes } = look?.disk ?? { totalBytes: 0, freeBytes: 0 };
      const because = `${formatSize(freeBytes)} of ${formatSize(totalBytes)} are free.`;
      if (freeBytes < GIB / 4) return { level: 'bad', because, hint: 'Make room on the machine.' };
      if (freeBytes < GIB || freeBytes < totalBytes * 0.04)
        return { level: 'warn', because, hint: 'Make room on the machine.' };
      return because;
    },
  },
  {
    id: 'machine.clock',
    title: 'Clock',
    why: 'With a wrong clock certificates are not valid, and signing in fails.',
    applicable: ({ look, place }) => look !== undefined && place !== 'local',
    check({ look, nowMs }) {
      const seconds = Math.round(Math.abs((look?.at ?? nowMs) - nowMs) / 1000);
      if (seconds < CLOCK_SECONDS) return 'It agrees with the clock here.';
      return {
        level: 'warn',
        because: `It differs from the clock here by ${String(seconds)} seconds.`,
        hint: 'Switch time synchronisation on: timedatectl set-ntp true',
      };
    },
  },
  {
    id: 'node.starts',
    title: 'Node.js of the server',
    why: 'Nothing of OpenClaw starts without it.',
    applicable: ({ server }) => server !== undefined,
    check: ({ look }) =>
      look === undefined
        ? { level: 'bad', because: 'It does not start.', hint: 'Deploy the instance again: that installs it.' }
        : 'It starts.',
  },
  {
    id: 'node.version',
    title: 'Node.js',
    why: 'OpenClaw does not start on a Node.js that it does not support.',
    applicable: ({ look }) => look?.package?.range !== undefined,
    check({ look }) {
      const version = (look?.node ?? '').replace(/^v/, '');
      const range = look?.package?.range ?? '';
      if (semver.satisfies(version, range)) return `${version}, and OpenClaw asks for ${range}.`;
      return {
        level: 'bad',
        because: `It is ${version}, and OpenClaw asks for ${range}.`,
        hint: 'Deploy the instance again: that installs the right one.',
      };
    },
  },
  {
    id: 'npm.leftovers',
    title: 'Left behind by npm',
    why: 'The next update fails: "ENOTEMPTY".',
    applicable: ({ look, place }) => look?.leftovers !== undefined && place !== 'docker',
    check({ look }) {
      const left = look?.leftovers ?? [];
      if (left.length === 0) return 'Nothing.';
      return {
        level: 'warn',
        because: `An install was cut short, and left ${formatList(left.slice(0, 4))}.`,
        fix: 'leftovers',
      };
    },
  },
  {
    id: 'npm.elsewhere',
    title: 'Another OpenClaw',
    why: 'Whoever types openclaw may start the other one, with a configuration of its own, and update that one.',
    applicable: ({ look }) => look?.elsewhere !== undefined,
    check({ look }) {
      const [first, ...more] = look?.elsewhere ?? [];
      if (first === undefined) return 'There is none.';
      return {
        level: 'warn',
        because: `OpenClaw ${first.version} lies in ${first.path}${more.length === 0 ? '' : `, and ${String(more.length)} more beside it`}.`,
        hint: `Remove it where nobody needs it: npm uninstall --global --prefix ${first.path.replace(/\/lib\/node_modules\/openclaw$/, '')} openclaw`,
      };
    },
  },
  {
    id: 'backup.age',
    title: 'Backups',
    why: 'What is not backed up is gone with the machine.',
    applicable: () => true,
    check({ backups, instance, nowMs }) {
      const hint = 'Make one now, and have one made every day.';
      if (backups.newestAt === undefined) {
        const isNew = nowMs - Date.parse(instance.createdAt) < 8 * DAY_MS;
        return isNew ? 'None yet: it is new.' : { level: 'warn', because: 'There is none.', hint };
      }
      const days = Math.floor((nowMs - Date.parse(backups.newestAt)) / DAY_MS);
      if (days < 8)
        return days < 1
          ? 'The newest is of today.'
          : `The newest is ${String(days)} ${days === 1 ? 'day' : 'days'} old.`;
      return { level: 'warn', because: `The newest is ${String(days)} days old.`, hint };
    },
  },
];
