import { z } from 'zod';

/** A base address comes back without a trailing slash. Credentials in one would end up in logs and argument lists. */
export const addressSchema = z
  .url({ protocol: /^https?$/, error: 'It is not an address that begins with https:// or http://.' })
  .max(2000, 'It is too long.')
  .refine(
    (text) => !/^https?:\/\/[^/?#]*@/i.test(text),
    'It holds a user name or a password: an address is written to logs, so it may not.',
  )
  .refine((text) => !/[?#\s]/.test(text), 'It holds spaces, ? or #.')
  .transform((text) => text.replace(/\/+$/, ''));

/** A place in a registry of images, without a tag: ghcr.io/openclaw/openclaw. */
export const imageRepositorySchema = z
  .string()
  .max(200, 'It is too long.')
  .regex(
    /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
    'It is not the place of an image, like ghcr.io/openclaw/openclaw.',
  );
