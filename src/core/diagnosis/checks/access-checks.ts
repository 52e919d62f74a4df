import type { DiagnosisCheck } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { readConfig } from './config-checks.ts';

const isRead = ({ config }: Evidence): boolean => config.is === 'read';
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Of the environment of what runs, or of what starts it. */
function readBaked({ look, container }: Evidence): { readonly token: string; readonly where: string } | undefined {
  const unit = /^Environment="?OPENCLAW_GATEWAY_TOKEN=([^"\n]*)"?$/m.exec(look?.unitText ?? '')?.[1];
  if (unit !== undefined) return { token: unit, where: 'the file of the service' };
  const process = look?.process?.env['OPENCLAW_GATEWAY_TOKEN'];
  if (process !== undefined) return { token: process, where: 'the environment of the gateway' };
  const name = 'OPENCLAW_GATEWAY_TOKEN=';
  const inContainer = container?.found?.env.find((one) => one.startsWith(name))?.slice(name.length);
  return inContainer === undefined ? undefined : { token: inContainer, where: 'the environment of the container' };
}

const WHY_TOKEN = 'Whoever signs in with the wrong one is refused: "gateway token mismatch".';

export const accessChecks: readonly DiagnosisCheck[] = [
  {
    id: 'access.mode',
    title: 'Signing in',
    why: 'Without a token everybody who reaches the gateway is its owner.',
    applicable: isRead,
    check(evidence) {
      const mode = readConfig(evidence, 'gateway', 'auth', 'mode');
      if (mode === 'token') return 'It asks for a token.';
      // It was signed in to with one when it was adopted: that lies in its environment, and OpenClaw asks for it without being told.
      if (mode === undefined && evidence.instance.adopted !== undefined)
        return 'It asks for the token that it was given.';
      if (mode === 'password' || mode === 'trusted-proxy')
        return {
          level: 'warn',
          because: `It asks for a ${mode}, which Hardshell cannot sign in with.`,
          fix: 'config',
        };
      return {
        level: 'bad',
        because: `gateway.auth.mode is ${mode === undefined ? 'not set' : JSON.stringify(mode)}.`,
        fix: 'config',
      };
    },
  },
  {
    id: 'token.store',
    title: 'Token in the secret store',
    why: WHY_TOKEN,
    applicable: (evidence) => typeof readConfig(evidence, 'gateway', 'auth', 'token') === 'string',
    check(evidence) {
      const there = readConfig(evidence, 'gateway', 'auth', 'token');
      if (typeof there !== 'string' || there.includes('${')) return 'It is kept elsewhere.';
      if (evidence.token === undefined) return { level: 'bad', because: 'The secret store has none.', fix: 'token' };
      if (evidence.token.reveal() === there) return 'The same as in openclaw.json.';
      return { level: 'bad', because: 'The secret store has another token than openclaw.json.', fix: 'token' };
    },
  },
  {
    id: 'token.missing',
    isOfOurLayout: true,
    title: 'Token of the gateway',
    why: 'The gateway makes one up that nobody knows.',
    applicable: (evidence) => isRead(evidence) && readConfig(evidence, 'gateway', 'auth', 'mode') === 'token',
    check(evidence) {
      const there = readConfig(evidence, 'gateway', 'auth', 'token');
      return there === undefined || there === ''
        ? { level: 'bad', because: 'openclaw.json has none.', fix: 'config' }
        : 'openclaw.json has one.';
    },
  },
  {
    id: 'token.remote',
    title: "Token of OpenClaw's own commands",
    why: "OpenClaw's command line on the machine is refused by its own gateway.",
    // With what lies elsewhere it cannot be compared.
    applicable: (evidence) =>
      typeof readConfig(evidence, 'gateway', 'remote', 'token') === 'string' &&
      (evidence.instance.adopted === undefined || typeof readConfig(evidence, 'gateway', 'auth', 'token') === 'string'),
    check(evidence) {
      const url = readConfig(evidence, 'gateway', 'remote', 'url');
      const isLocal = typeof url !== 'string' || /^wss?:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/i.test(url);
      const isSame =
        readConfig(evidence, 'gateway', 'remote', 'token') === readConfig(evidence, 'gateway', 'auth', 'token');
      if (!isLocal) return 'It is that of another gateway.';
      if (isSame) return 'The same as that of the gateway.';
      return { level: 'bad', because: 'gateway.remote.token is not gateway.auth.token.', fix: 'config' };
    },
  },
  {
    id: 'token.environment',
    isOfOurLayout: true,
    title: 'Token in the environment',
    why: 'A token in the environment wins over openclaw.json, and goes on doing so after the token was changed.',
    applicable: ({ look, container }) =>
      look?.process !== undefined || look?.unitText !== undefined || container?.found !== undefined,
    check(evidence) {
      const baked = readBaked(evidence);
      if (baked === undefined) return 'There is none.';
      const isSame = baked.token === readConfig(evidence, 'gateway', 'auth', 'token');
      const because = `There is one in ${baked.where}${isSame ? '' : ', and it is another than that of openclaw.json'}.`;
      if (evidence.place !== 'server')
        return {
          level: isSame ? 'warn' : 'bad',
          because,
          hint: 'Deploy the instance again: that makes its container anew.',
        };
      return { level: isSame ? 'warn' : 'bad', because, fix: 'service' };
    },
  },
  {
    id: 'access.bind',
    isOfOurLayout: true,
    title: 'Where it listens',
    why: 'Bound wrongly it is open to the network, or, in a container, reached by nobody.',
    applicable: isRead,
    check(evidence) {
      const bind = readConfig(evidence, 'gateway', 'bind');
      if (bind === evidence.wanted.bind)
        return evidence.wanted.bind === 'lan' ? "In its container's network alone." : 'On this machine alone.';
      return {
        level: 'bad',
        because: `gateway.bind is ${bind === undefined ? 'not set' : JSON.stringify(bind)}, and should be "${evidence.wanted.bind}".`,
        fix: 'config',
      };
    },
  },
  {
    id: 'access.port',
    isOfOurLayout: true,
    title: 'Port',
    why: 'Nobody finds the gateway at the port that everybody knows.',
    applicable: isRead,
    check(evidence) {
      const port = readConfig(evidence, 'gateway', 'port');
      if (port === evidence.wanted.port) return `It listens at ${String(port)}.`;
      return {
        level: 'bad',
        because: `gateway.port is ${port === undefined ? 'not set' : JSON.stringify(port)}, and should be ${String(evidence.wanted.port)}.`,
        fix: 'config',
      };
    },
  },
  {
    id: 'access.origins',
    isOfOurLayout: true,
    title: 'Origins of the dashboard',
    why: 'The dashboard is refused: "origin not allowed". In a container the gateway does not even start.',
    applicable: isRead,
    check(evidence) {
      const there = list(readConfig(evidence, 'gateway', 'controlUi', 'allowedOrigins'));
      const missing = evidence.wanted.origins.filter((origin) => !there.includes(origin));
      if (missing.length === 0) return 'All addresses of the dashboard are allowed.';
      return { level: 'bad', because: `Not allowed: ${missing.join(', ')}.`, fix: 'config' };
    },
  },
  {
    id: 'access.proxy-missing',
    isOfOurLayout: true,
    title: 'Trusted proxy',
    why: 'The gateway refuses what comes through the proxy with 403: "proxy_attribution_required".',
    applicable: (evidence) => isRead(evidence) && evidence.wanted.proxy !== undefined,
    check(evidence) {
      const trusted = list(readConfig(evidence, 'gateway', 'trustedProxies'));
      if (trusted.includes(evidence.wanted.proxy)) return 'The proxy is trusted.';
      return { level: 'bad', because: 'gateway.trustedProxies does not name the proxy.', fix: 'proxies' };
    },
  },
  {
    id: 'access.proxy-wide',
    isOfOurLayout: true,
    title: 'Who is trusted as a proxy',
    why: 'Whoever is trusted may pretend to be anybody, also somebody on the machine itself.',
    applicable: isRead,
    check(evidence) {
      const { proxy } = evidence.wanted;
      const known = new Set([proxy, '127.0.0.1', '::1']);
      const foreign = list(readConfig(evidence, 'gateway', 'trustedProxies')).filter((one) => !known.has(String(one)));
      if (foreign.length === 0) return 'Nobody but the proxy.';
      return {
        level: 'bad',
        because: `gateway.trustedProxies trusts ${foreign.map(String).join(', ')} as well.`,
        fix: 'proxies',
        // somebody may have a proxy of their own
        isCareful: true,
      };
    },
  },
  {
    id: 'telegram.twice',
    title: 'Telegram bot',
    why: 'Two gateways that ask for the messages of one bot get half of them each, and errors (409).',
    applicable: (evidence) => listBots(evidence).length > 0,
    check(evidence) {
      const own = listBots(evidence);
      const rivals = Object.entries(evidence.otherBots).filter(([, bots]) => bots.some((bot) => own.includes(bot)));
      if (rivals.length === 0) return 'No other instance here uses its bot.';
      return {
        level: 'bad',
        because: `${rivals.map(([name]) => name).join(', ')} ${rivals.length === 1 ? 'uses' : 'use'} the same bot.`,
        hint: 'Give one of them a bot of its own: @BotFather makes one.',
      };
    },
  },
];

/** Ids of the Telegram bots that openclaw.json names: the public part of their tokens. Pure. */
export function listBots(evidence: Evidence): readonly string[] {
  const telegram = readConfig(evidence, 'channels', 'telegram');
  if (typeof telegram !== 'object' || telegram === null) return [];
  if ((telegram as { enabled?: unknown }).enabled === false) return [];
  const accounts = (telegram as { accounts?: unknown }).accounts;
  const all = [
    telegram,
    ...(typeof accounts === 'object' && accounts !== null ? (Object.values(accounts) as unknown[]) : []),
  ];
  return all.flatMap((one) => {
    const token = typeof one === 'object' && one !== null ? (one as { botToken?: unknown }).botToken : undefined;
    return typeof token === 'string' ? (/^(\d{5,}):/.exec(token)?.slice(1, 2) ?? []) : [];
  });
}
