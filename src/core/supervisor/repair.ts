import { readFile } from 'node:fs/promises';
import { hasCode } from '../system/atomic-file.ts';
import type { GatewayDefinition } from './definition.ts';
import { formatConfigDiff } from './config-diff.ts';

/**
 * As OpenClaw's own page for programs that embed it says (docs/gateway/embedding.md, "Handle invalid config by exit code"):
 * once, with nobody asked, and the gateway started again only afterwards.
 */
const DOCTOR_ARGS: readonly string[] = ['doctor', '--fix', '--yes', '--non-interactive'];
/** Doctor takes 15 s on a small machine, and more where databases are to be migrated. */
export const DOCTOR_TIMEOUT_MS = 10 * 60_000;

/** The program that mends, in the place of the gateway's own arguments. Pure. */
export function buildRepairArgv(definition: GatewayDefinition): readonly [string, ...string[]] {
  return [definition.node, definition.entry, ...DOCTOR_ARGS];
}

export async function readConfigText(definition: GatewayDefinition): Promise<string | undefined> {
  try {
    return await readFile(definition.configFile, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** What the log is told of a repair. Pure. */
export function describeRepair(before: string | undefined, after: string | undefined, outcome: string): string {
  const lines = formatConfigDiff(before, after);
  const summary = lines.length === 0 ? 'openclaw.json is as it was' : 'openclaw.json has changed:';
  return [`openclaw doctor --fix: ${outcome}; ${summary}`, ...lines.map((line) => `  ${line}`)].join('\n');
}
