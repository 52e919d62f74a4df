import { z } from 'zod';
import { query } from '../host/command.ts';
import { exec } from '../host/exec.ts';
import type { Process, SpawnOptions } from '../host/host.ts';

const TIMEOUT_MS = 60_000;

/*
 * Runs where the instance lives, in its own Node.js. One line of JSON: the state's size, what is free beside it, and what runs it.
 */
const SCRIPT = String.raw`
const fs = require("node:fs"), path = require("node:path"), os = require("node:os");
const dir = process.env.OPENCLAW_STATE_DIR || path.join(os.homedir(), ".openclaw");
const weigh = (folder) => {
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    try { bytes += entry.isDirectory() ? weigh(file) : fs.lstatSync(file).size; } catch {}
  }
  return bytes;
};
const { bavail, bsize } = fs.statfsSync(dir);
process.stdout.write(JSON.stringify({ freeBytes: bavail * bsize, stateBytes: weigh(dir), node: process.versions.node, platform: process.platform, arch: process.arch }) + "\n");
`;

const lookSchema = z.object({
  freeBytes: z.number().min(0),
  stateBytes: z.number().min(0),
  node: z.string(),
  platform: z.string(),
  arch: z.string(),
});
export type MachineLook = z.infer<typeof lookSchema>;

/** Undefined: nothing can be run there now, as in a container that stands still. */
export async function lookAtMachine(
  spawn: (argv: readonly [string, ...string[]], options: SpawnOptions) => Promise<Process>,
  signal: AbortSignal,
): Promise<MachineLook | undefined> {
  const argv = ['node', '-e', SCRIPT] as const;
  try {
    const spawner = { spawn: (_command: unknown, options: SpawnOptions = {}) => spawn(argv, options) };
    const { code, stdout } = await exec(spawner, query(argv), { signal, timeoutMs: TIMEOUT_MS });
    if (code !== 0) return undefined;
    return lookSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
