import { z } from 'zod';

/** OpenClaw boots with less, and dies under its first work: 0.8 GB resident and its helpers. */
export const MIN_MEMORY_BYTES = 1024 ** 3;
export const DEFAULT_MEMORY_BYTES = 2 * 1024 ** 3;
export const DEFAULT_CPUS = 2;

/** What an instance may take of its machine. */
export const resourceLimitsSchema = z.strictObject({
  memoryBytes: z
    .int()
    .min(MIN_MEMORY_BYTES, 'OpenClaw needs at least 1 GB of memory.')
    .max(2 ** 45),
  /** Of one processor each; fractions are fine. */
  cpus: z.number().min(0.25, 'A gateway needs at least a quarter of a processor.').max(1024),
});
export type ResourceLimits = z.infer<typeof resourceLimitsSchema>;
