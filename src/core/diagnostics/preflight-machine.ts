import semver from 'semver';
import type { Finding } from '../api.ts';
import type { Clock } from '../facts/clock.ts';
import { clockSkewSeconds } from '../facts/clock.ts';
import type { Machine } from '../facts/machine.ts';
import { ok, refuse, warn } from './finding.ts';

const OS = { id: 'os', title: 'Operating system' };
const ARCH = { id: 'arch', title: 'Processor' };
const SYSTEMD = { id: 'systemd', title: 'Service manager' };
const CLOCK = { id: 'clock', title: 'Clock' };

/** From these versions on we know that it works; what is like them may work as well. */
const KNOWN: Readonly<Record<string, number>> = { debian: 12, ubuntu: 22.04 };
/** What the official builds of Node.js 24 and 26 ask for: https://github.com/nodejs/node/blob/main/BUILDING.md */
const MIN_GLIBC = '2.28.0';

/** Beyond this, certificates begin to look expired or not yet valid, and the lease's time means nothing. */
const MAX_SKEW_SECONDS = 5 * 60;
const NOTABLE_SKEW_SECONDS = 60;

/** Pure. */
export function judgeOs({ kernelName, libc, os }: Machine): Finding {
  const name = os.prettyName;
  if (kernelName !== 'Linux') {
    return refuse(
      OS,
      'preflight.unsupported-os',
      `This server runs ${kernelName}; OpenClaw is deployed to Linux servers only.`,
    );
  }
  if (libc.kind === 'musl') {
    const because = `${name} is built on musl, and there is no official Node.js for it that OpenClaw can use.`;
    return refuse(OS, 'preflight.unsupported-os', because, { details: { os: os.id, libc: 'musl' } });
  }
  if (libc.kind === 'glibc' && semver.lt(`${libc.version}.0`, MIN_GLIBC)) {
    const because = `${name} is too old: its C library is version ${libc.version}, and Node.js needs 2.28.`;
    return refuse(OS, 'preflight.unsupported-os', because, { details: { os: os.id, libc: `glibc ${libc.version}` } });
  }
  const since = KNOWN[os.id];
  const version = Number.parseFloat(os.versionId ?? '');
  // Debian's testing and unstable have no version: they are newer than what is known.
  if (since !== undefined && (Number.isNaN(version) || version >= since)) return ok(OS, `${name} is known to work.`);
  if (since !== undefined) return warn(OS, `${name} is older than what is known to work; it may work all the same.`);
  return warn(OS, `${name} is not among the systems that are known to work; it may work all the same.`);
}

/** Pure. */
export function judgeArch({ arch, wordBits }: Pick<Machine, 'arch' | 'wordBits'>): Finding {
  const is64 = /^(?:x86_64|amd64|aarch64|arm64)$/.test(arch);
  if (is64 && wordBits === 64)
    return ok(ARCH, `${/^a(?:arch|rm)/.test(arch) ? '64-bit ARM' : '64-bit x86'} (${arch}).`);
  const what = is64
    ? `The processor (${arch}) has 64 bits, but the system on it has 32.`
    : /^arm/.test(arch)
      ? `This is a 32-bit ARM machine (${arch}).`
      : `This is a machine of the kind ${arch}.`;
  return refuse(ARCH, 'preflight.unsupported-arch', `${what} There is no Node.js for it that OpenClaw can use.`, {
    details: { arch, wordBits },
  });
}

/** Pure. */
export function judgeSystemd({ init, isContainer, virtualisation }: Machine): Finding {
  if (!init.isSystemd) {
    const where = isContainer ? `, as usual in a container (${virtualisation})` : '';
    const who = init.name === '' ? 'something else' : init.name;
    return refuse(SYSTEMD, 'preflight.no-systemd', `This server is run by ${who} and not by systemd${where}.`, {
      details: { init: init.name },
    });
  }
  const name = init.version === undefined ? 'systemd' : `systemd ${init.version}`;
  switch (init.state) {
    case 'running':
      return ok(SYSTEMD, `${name} is running.`);
    case 'degraded':
      return ok(SYSTEMD, `${name} is running; some other service of this server has failed.`);
    case 'stopping':
      return refuse(SYSTEMD, 'preflight.no-systemd', 'This server is shutting down right now.', {
        hint: 'Wait until it is up again.',
      });
    case 'maintenance':
      return refuse(SYSTEMD, 'preflight.no-systemd', 'This server is in its maintenance mode.', {
        hint: 'Something keeps it from starting: repair that on its console first.',
      });
    case 'initializing':
    case 'starting':
      return warn(SYSTEMD, `${name} is still starting up.`);
    default:
      return warn(SYSTEMD, `${name} does not say how it is.`);
  }
}

/** @param nowMs our own time when the answer came. Pure. */
export function judgeClock(clock: Clock, nowMs: number): Finding {
  const skew = clockSkewSeconds(clock, nowMs);
  const far = `${formatSpan(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the clock of this computer`;
  if (Math.abs(skew) > MAX_SKEW_SECONDS) {
    const because = `The clock of the server is ${far}: secure connections fail with a wrong clock.`;
    return refuse(CLOCK, 'preflight.clock-wrong', because, { details: { skewSeconds: skew } });
  }
  if (Math.abs(skew) > NOTABLE_SKEW_SECONDS) return warn(CLOCK, `The clock of the server is ${far}.`);
  return ok(CLOCK, clock.isSynchronised === true ? 'The clock is right, and kept right.' : 'The clock is right.');
}

function formatSpan(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ];
  const [size, unit] = units.find(([length]) => seconds >= length) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
