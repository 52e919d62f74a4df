import { z } from 'zod';

/** One question of the interface: what it takes and what it answers, both checked on both sides. */
export interface CallShape<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly output: O;
}

export function call<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): CallShape<I, O> {
  return { input, output };
}

export const nothing = z.strictObject({});
export const done = z.null();
