import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import { instanceIdSchema } from '../model/ids.ts';
import { call, done } from './call.ts';

const one = z.strictObject({ instanceId: instanceIdSchema });
const pixels = z.int().min(0).max(20_000);
/** In CSS pixels of the window's page. */
const boundsSchema = z.strictObject({ x: pixels, y: pixels, width: pixels, height: pixels });
export type Bounds = z.infer<typeof boundsSchema>;

const dashboardStateSchema = z.strictObject({
  instanceId: instanceIdSchema,
  state: z.enum(['opening', 'shown', 'reconnecting', 'failed', 'closed']),
  because: z.string().optional(),
  error: errorReportSchema.optional(),
});
export type DashboardState = z.infer<typeof dashboardStateSchema>;

export const dashboardCalls = {
  /**
   * Desktop: lays OpenClaw's own page over `bounds` and answers null. Browser: a one-use address of ours that leads to a
   * signed-in page in a tab of its own.
   */
  'dashboard.open': call(
    z.strictObject({ instanceId: instanceIdSchema, bounds: boundsSchema.optional() }),
    z.strictObject({ url: z.string().nullable() }),
  ),
  /** Desktop only: where the page lies now; absent bounds hide it. */
  'dashboard.place': call(z.strictObject({ instanceId: instanceIdSchema, bounds: boundsSchema.optional() }), done),
  'dashboard.reload': call(one, done),
  'dashboard.zoom': call(z.strictObject({ instanceId: instanceIdSchema, step: z.enum(['in', 'out', 'reset']) }), done),
  'dashboard.find': call(
    z.strictObject({
      instanceId: instanceIdSchema,
      text: z.string().max(200),
      direction: z.enum(['next', 'previous']),
    }),
    done,
  ),
  /** The same page in the person's own browser. */
  'dashboard.openOutside': call(one, done),
  'dashboard.close': call(one, done),
} as const;

export const dashboardEvents = {
  'dashboard.changed': dashboardStateSchema,
} as const;
