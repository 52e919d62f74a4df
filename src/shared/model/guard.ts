import { z } from 'zod';

const PERCENT = 'A share is a percentage from 1 to 100.';
const SECONDS = 'A window lasts from ten seconds to a day.';
const percent = z.int().min(1, PERCENT).max(100, PERCENT);
const seconds = z
  .int()
  .min(10, SECONDS)
  .max(24 * 3600, SECONDS);
const count = (most: number) =>
  z
    .int()
    .min(1, 'At least one has to be allowed.')
    .max(most, `More than ${String(most)} is no limit.`);

/** Limits that suspend an instance by themselves. What is absent is not watched. */
export const guardSchema = z.strictObject({
  /** Of the processors that it may use, for so long without a pause. */
  cpu: z.strictObject({ abovePercent: percent, forSeconds: seconds }).optional(),
  /** Of the memory that it may use. */
  memory: z.strictObject({ abovePercent: percent, forSeconds: seconds }).optional(),
  restarts: z.strictObject({ above: count(1000), withinSeconds: seconds }).optional(),
  /** Requests that came through the ingress. */
  requests: z.strictObject({ above: count(10_000_000), withinSeconds: seconds }).optional(),
  disk: z.strictObject({ aboveBytes: z.int().min(1024 ** 2, 'An instance needs at least 1 MB of disk.') }).optional(),
});
export type Guard = z.infer<typeof guardSchema>;
export type GuardRule = keyof Guard;

/** Why an instance stands still and is not to be started by anything but a person's word. */
export const suspensionSchema = z.strictObject({
  at: z.iso.datetime(),
  by: z.enum(['person', 'guard']),
  /** In words: "CPU above 90 % for 5 min". */
  because: z.string().max(500),
});
export type Suspension = z.infer<typeof suspensionSchema>;
