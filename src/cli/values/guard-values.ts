import { z } from 'zod';
import { guardSchema } from '../../shared/model/guard.ts';
import { byteSizeSchema } from './byte-size.ts';
import { durationSchema } from './duration.ts';

const FORM = /^(\d{1,9})%?:(.+)$/;
const { shape } = guardSchema;

/** `90:5m`: a number, and a time. */
function pairSchema(example: string) {
  return z.string().transform((text, context) => {
    const [, number, time = ''] = FORM.exec(text) ?? [];
    const seconds = durationSchema.safeParse(time);
    if (number !== undefined && seconds.success) return { number: Number(number), seconds: seconds.data };
    context.addIssue({ code: 'custom', message: `It looks like ${example}.` });
    return z.NEVER;
  });
}

const lasting = pairSchema('90:5m').transform(({ number, seconds }) => ({
  abovePercent: number,
  forSeconds: seconds,
}));
const counted = (example: string) =>
  pairSchema(example).transform(({ number, seconds }) => ({ above: number, withinSeconds: seconds }));

/** The limits of a guard as they are typed, each the value of one option. */
export const guardValueSchemas = {
  cpu: lasting.pipe(shape.cpu.unwrap()),
  memory: lasting.pipe(shape.memory.unwrap()),
  restarts: counted('5:1h').pipe(shape.restarts.unwrap()),
  requests: counted('1000:1m').pipe(shape.requests.unwrap()),
  disk: byteSizeSchema.transform((aboveBytes) => ({ aboveBytes })).pipe(shape.disk.unwrap()),
};
