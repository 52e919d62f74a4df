import { describeUnitFault } from '../../steps/server/gateway-service.ts';
import { formatList, formatSize } from '../../diagnostics/finding.ts';
import type { DiagnosisCheck } from '../check.ts';
import type { Evidence, ServerEvidence } from '../evidence.ts';

/** Restarts of its own accord that are no accident any more. */
const MANY_RESTARTS = 5;
/** The kernel counts limits of memory in pages. */
const PAGE_BYTES = 65_536;

const isServer = ({ server }: Evidence): boolean => server !== undefined;
/** Also of one that is suspended there is nothing to say: it stands still because somebody wants it. */
const shouldRun = ({ instance }: Evidence): boolean => instance.suspension === undefined;
const isLoaded = ({ server }: Evidence): boolean => server?.unit.loadState === 'loaded';

function withServer(evidence: Evidence, judge: (server: ServerEvidence) => ReturnType<DiagnosisCheck['check']>) {
  return evidence.server === undefined ? '' : judge(evidence.server);
}

export const serviceChecks: readonly DiagnosisCheck[] = [
  {
    id: 'service.linger',
    title: 'While nobody is logged in',
    why: 'The gateway ends when the last login ends.',
    applicable: isServer,
    check: (evidence) =>
      withServer(evidence, ({ linger }) =>
        linger.enabled
          ? 'Its services run on.'
          : { level: 'bad', because: 'Lingering is off for the account of OpenClaw.', fix: 'account' },
      ),
  },
  {
    id: 'service.bus',
    title: 'Service manager of the account',
    why: 'Nothing can start or stop the gateway: "Failed to connect to bus".',
    applicable: isServer,
    check: (evidence) =>
      withServer(evidence, ({ linger }) =>
        linger.busReady ? 'It answers.' : { level: 'bad', because: 'It does not answer.', fix: 'account' },
      ),
  },
  {
    id: 'service.unit',
    isOfOurLayout: true,
    title: 'Service',
    why: 'A service that names another Node.js, OpenClaw or port starts the wrong thing, or nothing.',
    applicable: (evidence) => evidence.server?.linger.busReady === true && shouldRun(evidence),
    check: (evidence) =>
      withServer(evidence, ({ unit, layout }) => {
        const fault = describeUnitFault(unit, layout, evidence.instance.port);
        if (fault?.fix !== 'install') return 'It starts what it should, and comes up with the server.';
        return { level: 'bad', because: `${capital(fault.because)}.`, fix: 'service' };
      }),
  },
  {
    id: 'service.home',
    isOfOurLayout: true,
    title: 'Home of the service',
    why: 'With another home OpenClaw starts with another, empty configuration.',
    applicable: (evidence) => evidence.look?.unitText !== undefined,
    check: (evidence) =>
      withServer(evidence, ({ layout }) => {
        const homes = [...(evidence.look?.unitText ?? '').matchAll(/^Environment="?HOME=([^"\n]*)"?$/gm)].map(
          ([, home]) => home,
        );
        const state = /^Environment="?OPENCLAW_(?:STATE_DIR|CONFIG_PATH)=([^"\n]*)"?$/m.exec(
          evidence.look?.unitText ?? '',
        )?.[1];
        const wrong =
          homes.find((home) => home !== layout.home) ??
          (state?.startsWith(`${layout.home}/`) === false ? state : undefined);
        if (wrong === undefined) return 'It is that of the account.';
        return { level: 'bad', because: `It is ${wrong}, and should be ${layout.home}.`, fix: 'service' };
      }),
  },
  {
    id: 'service.reload',
    title: 'What systemd knows',
    why: 'systemd goes on with what it read before.',
    applicable: isLoaded,
    check: (evidence) =>
      withServer(evidence, ({ unit }) =>
        unit.needsReload
          ? { level: 'warn', because: 'The files of the service changed since systemd read them.', fix: 'reload' }
          : 'It has read the newest files.',
      ),
  },
  {
    id: 'gateway.runs',
    title: 'Gateway',
    why: 'Nobody is answered, in no channel.',
    applicable: (evidence) =>
      shouldRun(evidence) &&
      (isLoaded(evidence) || evidence.supervised !== undefined || evidence.container?.found !== undefined),
    check({ server, supervised, container }) {
      const hint = 'Its log says why.';
      if (server !== undefined) {
        const { activeState, result, exitCode } = server.unit;
        if (activeState === 'active' || activeState === 'activating') return 'It runs.';
        const because =
          result === 'start-limit-hit'
            ? 'systemd gave up starting it.'
            : result === 'oom-kill'
              ? 'It was ended because memory ran out.'
              : `Its service is ${activeState}${exitCode === undefined || exitCode === 0 ? '' : `, with code ${String(exitCode)}`}.`;
        return { level: 'bad', because, hint, fix: 'start' };
      }
      if (supervised !== undefined) {
        if (['running', 'starting', 'waiting'].includes(supervised.state)) return 'It runs.';
        return { level: 'bad', because: `It is ${supervised.state}: ${supervised.because}.`, hint, fix: 'start' };
      }
      const found = container?.found;
      if (found?.state === 'running') return 'Its container runs.';
      const killed = found?.isOomKilled === true ? ' It was ended because memory ran out.' : '';
      return { level: 'bad', because: `Its container is ${found?.state ?? 'gone'}.${killed}`, hint, fix: 'start' };
    },
  },
  {
    id: 'gateway.restarts',
    title: 'Restarts',
    why: 'Something makes it fail again and again: what it works on is lost each time.',
    applicable: (evidence) =>
      isLoaded(evidence) || evidence.supervised !== undefined || evidence.container?.found !== undefined,
    check({ server, supervised, container }) {
      const count = server?.unit.restarts ?? supervised?.restarts ?? container?.found?.restarts ?? 0;
      if (count < MANY_RESTARTS) return count === 0 ? 'None.' : `${String(count)} since it was started.`;
      return {
        level: 'warn',
        because: `It was restarted ${String(count)} times by itself.`,
        hint: 'Its log says why. Starting it anew sets the count back.',
        fix: 'restart',
      };
    },
  },
  {
    id: 'gateway.old',
    title: 'What runs',
    why: 'Files that it needs are not there any more: it fails in odd ways until it is restarted.',
    applicable: ({ look, server, supervised }) =>
      look?.package !== undefined && (server?.unit.activeState === 'active' || supervised?.startedAtMs !== undefined),
    check({ look, server, supervised }) {
      const startedAtMs = server?.unit.startedAtMs ?? supervised?.startedAtMs;
      const changedAt = look?.package?.changedAt ?? 0;
      // systemd tells seconds
      if (startedAtMs === undefined || startedAtMs + 2000 >= changedAt)
        return `OpenClaw ${look?.package?.version ?? ''}, as it is installed.`;
      return {
        level: 'warn',
        because: 'The gateway was started before the OpenClaw was installed that lies there now.',
        fix: 'restart',
      };
    },
  },
  {
    id: 'service.rivals',
    title: 'Other gateway services',
    why: 'Two gateways on one machine fight for the port and for the messages: both restart without end.',
    applicable: ({ look }) => look?.units !== undefined,
    check({ look }) {
      const rivals = (look?.units ?? []).filter(({ isEnabled }) => isEnabled);
      if (rivals.length === 0) return 'None that starts.';
      return {
        level: 'bad',
        because: `${formatList(rivals.map(({ name }) => name))} would start as well.`,
        fix: 'legacy',
      };
    },
  },
  {
    id: 'service.limits',
    isOfOurLayout: true,
    title: 'Limits of the gateway',
    why: 'A gateway that takes more and more memory takes the whole machine with it.',
    applicable: (evidence) => isLoaded(evidence),
    check: (evidence) =>
      withServer(evidence, ({ unit }) => {
        const wanted = evidence.instance.limits?.memoryBytes;
        if (unit.memoryMaxBytes === undefined)
          return { level: 'warn', because: 'It may take all memory of the machine.', fix: 'limits' };
        if (wanted === undefined || Math.abs(wanted - unit.memoryMaxBytes) < PAGE_BYTES)
          return `At most ${formatSize(unit.memoryMaxBytes)} of memory.`;
        const there = formatSize(unit.memoryMaxBytes);
        return { level: 'warn', because: `It may take ${there}, and not ${formatSize(wanted)}.`, fix: 'limits' };
      }),
  },
  {
    id: 'service.port',
    title: 'Who has its port',
    why: 'The gateway cannot listen, and restarts without end.',
    applicable: (evidence) => isLoaded(evidence) && shouldRun(evidence),
    check: (evidence) =>
      withServer(evidence, ({ listeners, layout }) => {
        const { port } = evidence.instance;
        const there = listeners.filter((one) => one.protocol === 'tcp' && one.port === port);
        const foreign = there.find(
          ({ unit, user }) => unit !== undefined && unit !== layout.unit && user !== layout.user,
        );
        if (foreign === undefined) return there.length === 0 ? 'Nobody.' : 'The gateway.';
        return {
          level: 'bad',
          because: `Port ${String(port)} is held by ${foreign.unit ?? foreign.process ?? 'another program'}.`,
          hint: `Stop it: systemctl stop ${foreign.unit ?? ''}`,
        };
      }),
  },
];

export const containerChecks: readonly DiagnosisCheck[] = [
  {
    id: 'container.there',
    title: 'Container',
    why: 'Without its container there is nothing to start.',
    applicable: ({ container }) => container !== undefined,
    check: ({ container }) =>
      container?.found === undefined
        ? {
            level: 'bad',
            because: 'It is gone.',
            hint: 'Deploy the instance again: its data is in a volume of its own.',
          }
        : 'It is there.',
  },
  {
    id: 'container.published',
    title: 'Published ports',
    why: 'Docker opens a published port past every firewall.',
    applicable: ({ container }) => (container?.found?.ports.length ?? 0) > 0,
    check({ container, instance }) {
      const open = (container?.found?.ports ?? []).filter(
        ({ address }) => address !== '127.0.0.1' && address !== '::1',
      );
      if (open.length === 0) return 'On the loopback address alone.';
      const where = open.map(({ address, port }) => `${address}:${String(port)}`).join(', ');
      return {
        level: 'bad',
        because: `Everybody can reach ${where}.`,
        hint:
          instance.adopted === undefined
            ? 'Deploy the instance again: that makes its container anew.'
            : 'Publish it on 127.0.0.1 alone, where its container is described.',
      };
    },
  },
  {
    id: 'container.environment',
    isOfOurLayout: true,
    title: 'Environment of the container',
    why: 'Commands inside look for the gateway where it is not, or the bots are silent.',
    applicable: ({ container }) => container?.found !== undefined,
    check({ container }) {
      const wrong = (container?.found?.env ?? []).flatMap((one) => {
        const [name, value] = [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)];
        if (name === 'OPENCLAW_GATEWAY_PORT' && value !== '18789') return [`${name}=${value}`];
        return name === 'OPENCLAW_GATEWAY_URL' || name === 'OPENCLAW_SKIP_CHANNELS' ? [name] : [];
      });
      if (wrong.length === 0) return 'Nothing in it leads astray.';
      return {
        level: 'bad',
        because: `It has ${formatList(wrong)}.`,
        hint: 'Deploy the instance again: that makes its container anew.',
      };
    },
  },
  {
    id: 'container.orphans',
    title: 'Containers that nobody knows',
    why: 'They take memory and ports, and perhaps the messages of a bot.',
    applicable: ({ container }) => container !== undefined,
    check({ container }) {
      const orphans = container?.orphans ?? [];
      if (orphans.length === 0) return 'None of this installation.';
      return {
        level: 'warn',
        because: `${formatList(orphans.slice(0, 4))} ${orphans.length === 1 ? 'belongs' : 'belong'} to no instance.`,
        hint: `Remove ${orphans.length === 1 ? 'it' : 'them'} where nobody needs ${orphans.length === 1 ? 'it' : 'them'}: docker rm --force ${orphans.slice(0, 4).join(' ')}`,
      };
    },
  },
];

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
