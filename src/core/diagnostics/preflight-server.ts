import type { Finding } from '../api.ts';
import { planPackages, type PackagesWish } from '../facts/missing-tools.ts';
import type { FirstDeployFacts, ServerFacts } from '../facts/server-facts.ts';
import { judgeFirewall } from './preflight-firewall.ts';
import { judgeArch, judgeClock, judgeOs, judgeSystemd } from './preflight-machine.ts';
import { judgeAccount, judgeInstalls, judgePort, type OwnOpenClaw } from './preflight-occupants.ts';
import { judgeDisk, judgeMemory, NODE_NEED, OPENCLAW_NEED, SWAP_FILE_BYTES, type DiskNeed } from './preflight-room.ts';
import { judgeNetwork, judgeNode, judgeTools, type NodeWish, type Source } from './preflight-supplies.ts';

/** What is to be put on the server. */
export interface ServerWish {
  readonly own: OwnOpenClaw;
  readonly nodeDir: string;
  /** Whether OpenClaw is there already, so that next to nothing has to be downloaded and written. */
  readonly isInstalled: boolean;
  readonly node: NodeWish;
  readonly sources: readonly Source[];
  /** Whether the person wants ufw. */
  readonly firewall: boolean;
}

/** What the plan does about findings of the level `fix`. Undefined: nothing to do. */
export interface ServerFixes {
  readonly packages: PackagesWish | undefined;
  readonly swap: { readonly path: string; readonly sizeBytes: number } | undefined;
  readonly firewall: { readonly sshPorts: readonly number[] } | undefined;
}

export interface ServerPreflight {
  /** In the order in which a person reads them; the first that refuses is the one to begin with. */
  readonly findings: readonly Finding[];
  readonly fixes: ServerFixes;
}

const MIB = 1024 ** 2;

function listNeeds({ own, nodeDir, isInstalled }: ServerWish, swapBytes: number): DiskNeed[] {
  const swap = swapBytes > 0 ? [{ path: '/', sizeBytes: swapBytes, files: 1 }] : [];
  if (isInstalled) return swap;
  return [
    { path: own.home, ...OPENCLAW_NEED },
    { path: nodeDir, ...NODE_NEED },
    { path: '/tmp', sizeBytes: 50 * MIB, files: 100 },
    ...swap,
  ];
}

/**
 * Pure: what a deployment would meet on this server, and which fixes its plan needs.
 * @param first what is asked only where nothing of ours is yet; undefined afterwards
 * @param nowMs our own time when the facts came
 */
export function judgeServer(
  facts: ServerFacts,
  first: FirstDeployFacts | undefined,
  wish: ServerWish,
  nowMs: number,
): ServerPreflight {
  const { machine, memory, disk, tools, listeners } = facts;
  const swapWish = { filesystem: disk.find(({ path }) => path === '/'), isContainer: machine.isContainer };
  const memoryFinding = judgeMemory(memory, swapWish, wish.isInstalled);
  const swap = memoryFinding.level === 'fix' ? { path: chooseSwapPath(facts), sizeBytes: SWAP_FILE_BYTES } : undefined;
  const firewall = judgeFirewall(facts.firewall, listeners, wish.firewall);
  const wantsUfw = firewall.sshPorts !== undefined;
  const findings = [
    judgeOs(machine),
    judgeArch(machine),
    judgeSystemd(machine),
    judgeClock(facts.clock, nowMs),
    memoryFinding,
    judgeDisk(disk, listNeeds(wish, swap?.sizeBytes ?? 0)),
    ...(first === undefined ? [] : [judgeInstalls(first.traces, wish.own)]),
    judgeAccount(facts.account, facts.linger, wish.own),
    judgePort(listeners, wish.own),
    judgeTools(tools, wantsUfw, first?.packageLock),
    ...(first === undefined ? [] : [judgeNetwork(wish.sources, first.reach)]),
    judgeNode(wish.node),
    firewall.finding,
  ];
  return {
    findings,
    fixes: {
      packages: planPackages(tools, wantsUfw),
      swap,
      firewall: firewall.sshPorts === undefined ? undefined : { sshPorts: firewall.sshPorts },
    },
  };
}

/** A swap file that is in use already, and too small, is left as it is. */
function chooseSwapPath({ memory }: ServerFacts): string {
  const taken = new Set(memory.swaps.map(({ name }) => name));
  return taken.has('/swapfile') ? '/swapfile2' : '/swapfile';
}
