import { z } from 'zod';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600 };
const DURATION = /^(\d{1,6})(s|m|min|h)$/;

/** `90s`, `5m`, `1h`, in seconds. */
export const durationSchema = z
  .string()
  .toLowerCase()
  .regex(DURATION, 'A time looks like 90s, 5m or 1h.')
  .transform((text) => {
    const [, number = '0', unit = 's'] = DURATION.exec(text) ?? [];
    return Number(number) * (SECONDS[unit] ?? 1);
  });
