import { z } from 'zod';
import {
  backupScheduleSchema,
  retentionSchema,
  type BackupSchedule,
  type Retention,
} from '../../shared/model/backup.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const PARTS = ['last', 'daily', 'weekly', 'monthly'] as const;

const hourSchema = z
  .string()
  .regex(/^(?:[01]?\d|2[0-3])$/, 'An hour is a number from 0 to 23.')
  .transform(Number);

/** `3`: every day at three. */
export const dailySchema = hourSchema.transform((hour): BackupSchedule => ({ every: 'day', hour }));

/** `sun:3`: every Sunday at three. */
export const weeklySchema = z
  .string()
  .toLowerCase()
  .transform((text, context): BackupSchedule => {
    const [day = '', hour = '', ...rest] = text.split(':');
    const weekday = DAYS.findIndex((name) => name === day);
    const parsed = hourSchema.safeParse(hour);
    if (weekday >= 0 && parsed.success && rest.length === 0)
      return backupScheduleSchema.parse({ every: 'week', weekday, hour: parsed.data });
    context.addIssue({ code: 'custom', message: 'It looks like sun:3, for Sundays at three.' });
    return z.NEVER;
  });

/** `last=7,daily=7,weekly=4,monthly=6`; what is not named stays as it is. */
export const keepSchema = z.string().transform((text, context): Partial<Retention> => {
  const parts: Partial<Record<(typeof PARTS)[number], number>> = {};
  for (const part of text.split(',')) {
    const [name, count = '', ...rest] = part.split('=');
    const known = PARTS.find((one) => one === name);
    const number = /^\d{1,4}$/.test(count) ? Number(count) : Number.NaN;
    if (known === undefined || rest.length > 0 || !retentionSchema.shape[known].safeParse(number).success) {
      context.addIssue({
        code: 'custom',
        message: `${part} is not understood: it looks like last=7,daily=7,weekly=4,monthly=6, and at least the last one is kept.`,
      });
      return z.NEVER;
    }
    parts[known] = number;
  }
  return parts;
});
