import { z } from 'zod';

const UNITS = ['', 'k', 'm', 'g', 't'] as const;
const SIZE = /^(\d{1,12}(?:\.\d{1,3})?)([kmgt]?)(?:i?b)?$/;

/** `2g`, `512m`, `1.5g`: powers of 1024, as engines and kernels count memory. */
export const byteSizeSchema = z
  .string()
  .toLowerCase()
  .regex(SIZE, 'A size looks like 2g or 512m.')
  .transform((text) => {
    const [, number = '0', unit = ''] = SIZE.exec(text) ?? [];
    return Math.round(Number(number) * 1024 ** UNITS.findIndex((known) => known === unit));
  });
