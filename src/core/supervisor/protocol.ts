import { z } from 'zod';
import { errorReportSchema } from '../../shared/app-error.ts';
import { suspensionSchema } from '../../shared/model/guard.ts';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import { processIdentitySchema } from '../system/process-identity.ts';
import { gatewayDefinitionSchema, gatewayStatusSchema } from './definition.ts';

/**
 * What is spoken between a door and the supervisor: one JSON object a line, both ways. A door that speaks a newer version
 * replaces the supervisor (its gateways go on), so the number rises with every change that an older one would not understand.
 */
export const PROTOCOL_VERSION = 2;
/** A line longer than this is not one of ours. */
export const MAX_LINE_BYTES = 1024 * 1024;

const one = { gateway: instanceIdSchema };
const ending = { ...one, force: z.boolean().default(false) };

/** Every call: what it takes and what it answers. */
export const calls = {
  ping: { params: z.strictObject({}), result: z.strictObject({ version: z.int(), process: processIdentitySchema }) },
  list: { params: z.strictObject({}), result: z.array(gatewayStatusSchema) },
  /** Stores a definition; one that runs is not touched until it is restarted. */
  put: { params: z.strictObject({ definition: gatewayDefinitionSchema }), result: gatewayStatusSchema },
  start: { params: z.strictObject(one), result: gatewayStatusSchema },
  stop: { params: z.strictObject(ending), result: gatewayStatusSchema },
  restart: { params: z.strictObject(ending), result: gatewayStatusSchema },
  /** Freezes and ends it at once, with whatever it has started; until `resume`, `start` and `restart` are refused. */
  suspend: { params: z.strictObject({ ...one, suspension: suspensionSchema }), result: gatewayStatusSchema },
  /** It may be started again; fine where it was not suspended. Starts nothing. */
  resume: { params: z.strictObject(one), result: gatewayStatusSchema },
  /** Stops it and forgets it; fine where it is not known. */
  remove: { params: z.strictObject(ending), result: z.null() },
  status: { params: z.strictObject(one), result: gatewayStatusSchema.nullable() },
  /** From now on this connection is told of every change, beginning with how everything is. */
  watch: { params: z.strictObject({}), result: z.null() },
  /** `leave`: gateways go on, and the next supervisor finds them. `stop`: they end, and it starts them again. */
  shutdown: { params: z.strictObject({ gateways: z.enum(['stop', 'leave']) }), result: z.null() },
} as const;

export type Method = keyof typeof calls;
export type Params<M extends Method> = z.input<(typeof calls)[M]['params']>;
export type Result<M extends Method> = z.output<(typeof calls)[M]['result']>;
/** What answers the calls: one handler each. */
export type Handlers = {
  readonly [M in Method]: (params: z.output<(typeof calls)[M]['params']>) => Promise<Result<M>>;
};

export const methods = Object.keys(calls) as readonly Method[];

export const requestSchema = z.strictObject({
  id: z.int().min(0),
  method: z.enum(methods as [Method, ...Method[]]),
  params: z.unknown(),
});

export const messageSchema = z.union([
  z.strictObject({ id: z.int().min(0), ok: z.literal(true), result: z.unknown() }),
  z.strictObject({ id: z.int().min(0), ok: z.literal(false), error: errorReportSchema }),
  z.strictObject({
    event: z.strictObject({ type: z.enum(['gateway.changed', 'gateway.removed']), gateway: gatewayStatusSchema }),
  }),
]);
type Message = z.infer<typeof messageSchema>;
export type SupervisorEvent = Extract<Message, { event: unknown }>['event'];

/** Who listens where: `supervisor/supervisor.json`. Loose, so that an older door can read what a newer one wrote. */
export const supervisorRecordSchema = z.object({
  ...processIdentitySchema.shape,
  socket: z.string().min(1),
  version: z.int(),
});
export type SupervisorRecord = z.infer<typeof supervisorRecordSchema>;

export function formatLine(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}
