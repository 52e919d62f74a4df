import { createHash } from 'node:crypto';
import { z } from 'zod';
import { suspensionSchema } from '../../shared/model/guard.ts';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import { portSchema } from '../../shared/model/target.ts';

/** How one gateway of this computer is run. It holds no secret: those lie in OpenClaw's own 0600 files. */
export const gatewayDefinitionSchema = z.strictObject({
  id: instanceIdSchema,
  /** What the person calls it: for log lines. */
  name: z.string().min(1),
  /** Absolute path of the Node.js that runs it; its folder comes first on the gateway's PATH. */
  node: z.string().min(1),
  /** Absolute path of OpenClaw's program. */
  entry: z.string().min(1),
  /** Arguments by which the program is a gateway: `['gateway', '--port', '18789']`. */
  args: z.array(z.string()),
  /** Folders that come second on its PATH. */
  binDirs: z.array(z.string()),
  /** On top of what `buildGatewayEnvironment` lets through of the supervisor's own environment. */
  env: z.record(z.string(), z.string()),
  cwd: z.string().min(1),
  port: portSchema,
  configFile: z.string().min(1),
  logFile: z.string().min(1),
});
export type GatewayDefinition = z.infer<typeof gatewayDefinitionSchema>;

const wantedSchema = z.enum(['running', 'stopped']);

/** What the supervisor remembers of a gateway: one file each, `supervisor/gateways/<id>.json`. */
export const gatewayRecordSchema = z.strictObject({
  definition: gatewayDefinitionSchema,
  wanted: wantedSchema,
  /** It is wanted, but starting it was given up; a start that somebody asks for clears this. */
  gaveUp: z.strictObject({ because: z.string(), at: z.iso.datetime(), exitCode: z.int().optional() }).optional(),
  /** As long as this is there, nothing starts it, whatever is wanted. */
  suspended: suspensionSchema.optional(),
});
export type GatewayRecord = z.infer<typeof gatewayRecordSchema>;

const gatewayStateSchema = z.enum([
  'stopped',
  'running',
  /** It has ended unasked and will be started again after a pause. */
  'waiting',
  /** OpenClaw's doctor mends its configuration. */
  'repairing',
  'stopping',
  /** Given up. */
  'failed',
  'suspended',
]);
export type GatewayState = z.infer<typeof gatewayStateSchema>;

export const gatewayStatusSchema = z.strictObject({
  id: instanceIdSchema,
  name: z.string(),
  port: portSchema,
  wanted: wantedSchema,
  state: gatewayStateSchema,
  /** In words: why it is in this state. */
  because: z.string(),
  /** Since when it has been in this state. */
  since: z.iso.datetime(),
  pid: z.int().optional(),
  /** Fingerprint of the definition that is stored. */
  defined: z.string(),
  /** Fingerprint of the definition that the running process was started with. */
  running: z.string().optional(),
  /** Where it was given up: how it ended the last time. */
  exitCode: z.int().optional(),
  suspended: suspensionSchema.optional(),
  /** How often in a row it ended unasked without a healthy stretch between. */
  crashes: z.int().min(0),
});
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>;

/** Whether there is a gateway to start, or to keep running. Pure. */
export function shouldRun({ wanted, gaveUp, suspended }: GatewayRecord): boolean {
  return wanted === 'running' && gaveUp === undefined && suspended === undefined;
}

/** Names a definition: whether a running gateway is still what is defined. Pure. */
export function fingerprint(definition: GatewayDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(definition)))
    .digest('hex')
    .slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
