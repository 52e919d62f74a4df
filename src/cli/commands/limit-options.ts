import type { Command } from 'commander';
import { z } from 'zod';
import {
  DEFAULT_CPUS,
  DEFAULT_MEMORY_BYTES,
  resourceLimitsSchema,
  type ResourceLimits,
} from '../../shared/model/resources.ts';
import { byteSizeSchema } from '../values/byte-size.ts';
import { parsedBy } from './command.ts';

/** What a container may take of its machine: the same options for `deploy` and `limits`. */
export interface LimitOptions {
  readonly memory?: number;
  readonly cpus?: number;
}

const numberSchema = z
  .string()
  .regex(/^\d{1,4}(\.\d{1,3})?$/, 'It is not a number.')
  .transform(Number);
const { memoryBytes, cpus } = resourceLimitsSchema.shape;

export function addLimitOptions(command: Command): Command {
  return command
    .option('--memory <size>', 'memory of the container (default: 2g)', parsedBy(byteSizeSchema.pipe(memoryBytes)))
    .option('--cpus <number>', 'processors of the container (default: 2)', parsedBy(numberSchema.pipe(cpus)));
}

/** What was asked for, the rest as it is; undefined where nothing was. Pure. */
export function readLimits(options: LimitOptions, before: ResourceLimits | undefined): ResourceLimits | undefined {
  if (options.memory === undefined && options.cpus === undefined) return undefined;
  return {
    memoryBytes: options.memory ?? before?.memoryBytes ?? DEFAULT_MEMORY_BYTES,
    cpus: options.cpus ?? before?.cpus ?? DEFAULT_CPUS,
  };
}
