import semver from 'semver';
import type { Finding } from '../api.ts';
import { withoutLogin, type NetworkFault, type Reach } from '../facts/network.ts';
import { listMissing, planPackages } from '../facts/missing-tools.ts';
import type { PackageLock, Tools } from '../facts/tools.ts';
import { fix, formatList, ok, refuse, warn } from './finding.ts';

const TOOLS = { id: 'tools', title: 'Programs that are needed' };
const NETWORK = { id: 'network', title: 'Downloads' };
const NODE = { id: 'node', title: 'Node.js' };

/** How a person knows what is missing. */
const NAMES: Readonly<Record<string, string>> = {
  certificates: 'the list of trusted certificates',
  libstdcxx: 'the C++ library',
  userbus: 'a message bus for accounts',
};

/** Pure. */
export function judgeTools(tools: Tools, wantsUfw: boolean, lock: PackageLock | undefined): Finding {
  const missing = listMissing(tools, wantsUfw);
  if (missing.length === 0) return ok(TOOLS, 'All there.');
  const names = formatList(missing.map((name) => NAMES[name] ?? name));
  const wish = planPackages(tools, wantsUfw);
  if (wish === undefined) {
    const how = tools.packageManager === undefined ? {} : { hint: `Install it with ${tools.packageManager}.` };
    return refuse(TOOLS, 'preflight.tools-missing', `This server lacks ${names}.`, { details: { missing }, ...how });
  }
  const wait =
    lock?.is === 'held'
      ? ` ${lock.process ?? 'Another program'} is installing something right now: that is waited for.`
      : '';
  return fix(TOOLS, `This server lacks ${names}: ${wish.manager} installs ${formatList(wish.packages)}.${wait}`);
}

/** Something that has to be downloaded, and the places that have it: one of them is enough. */
export interface Source {
  /** `Node.js` */
  readonly what: string;
  readonly urls: readonly string[];
}

/** Pure. */
export function judgeNetwork(sources: readonly Source[], reach: readonly Reach[]): Finding {
  const byUrl = new Map(reach.map((one) => [one.url, one]));
  const faults: Reach[] = [];
  for (const { what, urls } of sources) {
    const asked = urls.flatMap((url) => byUrl.get(withoutLogin(url)) ?? []);
    const failed = asked.filter(({ fault }) => fault !== undefined);
    if (asked.length > 0 && failed.length === asked.length) {
      const why = failed.map(describeFault).join('; ');
      return refuse(NETWORK, 'preflight.network', `${what} cannot be downloaded: ${why}.`, {
        details: { tried: failed.map(({ url, fault, words }) => ({ url, fault, words })) },
      });
    }
    faults.push(...failed);
  }
  if (faults.length > 0)
    return ok(NETWORK, `What is needed can be downloaded (${faults.map(describeFault).join('; ')}: not needed).`);
  const isGuess = reach.some((one) => one.isGuess);
  return isGuess
    ? warn(NETWORK, 'The addresses answer; whether the downloads work shows when curl is there.')
    : ok(NETWORK, 'What is needed can be downloaded.');
}

const FAULTS: Readonly<Record<NetworkFault, string>> = {
  dns: 'its name was not found (DNS)',
  refused: 'the connection was refused',
  tls: 'no secure connection came about',
  timeout: 'no answer within 5 seconds',
  proxy: 'the proxy did not let us through',
  http: 'it, or a wall before it, answered with an error',
  unknown: 'it could not be reached',
};

function describeFault({ url, fault }: Reach): string {
  return `${formatHost(url)}: ${FAULTS[fault ?? 'unknown']}`;
}

function formatHost(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** The release that OpenClaw's own `engines` allows; never a number of ours. */
export interface NodeWish {
  readonly openclawVersion: string;
  /** As package.json has it: `>=24.16.0 <25 || >=26.1.0`. Undefined: any. */
  readonly range: string | undefined;
  readonly nodeVersion: string;
}

/** Pure. */
export function judgeNode({ openclawVersion, range, nodeVersion }: NodeWish): Finding {
  if (range !== undefined && !semver.satisfies(nodeVersion, range)) {
    const because = `OpenClaw ${openclawVersion} needs Node.js ${range}, and ${nodeVersion} is not that.`;
    return refuse(NODE, 'preflight.node-floor', because, { details: { range, nodeVersion } });
  }
  return ok(
    NODE,
    `Node.js ${nodeVersion}${range === undefined ? '' : `, as OpenClaw ${openclawVersion} asks for (${range})`}.`,
  );
}
