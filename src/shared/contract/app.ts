import { z } from 'zod';
import { addressSchema, imageRepositorySchema } from '../model/address.ts';
import { call, done, nothing } from './call.ts';

const doorSchema = z.enum(['desktop', 'browser']);
export type Door = z.infer<typeof doorSchema>;

export const themeSchema = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof themeSchema>;

const secretsBackendSchema = z.enum(['keychain', 'vault-passphrase', 'vault-keyfile', 'memory']);

const mirrorSchema = z.strictObject({ url: z.string(), from: z.enum(['environment', 'settings', 'default']) });
/** Where programs are downloaded from, and who says so. */
const mirrorsSchema = z.strictObject({
  npm: mirrorSchema,
  node: mirrorSchema,
  installer: mirrorSchema,
  caddy: mirrorSchema,
  docker: mirrorSchema,
  image: mirrorSchema,
});
const mirrorChoiceSchema = z.union([z.literal(''), addressSchema]).optional();

/** What the interface has to know about the program behind it. */
const appInfoSchema = z.strictObject({
  door: doorSchema,
  version: z.string(),
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  /** `anna@laptop` */
  who: z.string(),
  dataDir: z.string(),
  /** Where new secrets go. */
  secretsBackend: secretsBackendSchema,
  mirrors: mirrorsSchema,
  /** Whether this door copies a secret without showing it to the interface. */
  copiesSecrets: z.boolean(),
  /** Whether it writes one to a file that the person chooses, likewise. */
  savesSecrets: z.boolean(),
  /** Whether it writes logs to a file that the person chooses, past the interface. */
  savesLogs: z.boolean(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

export const appCalls = {
  'app.info': call(nothing, appInfoSchema),
  /** Empty: back to the default. What the environment says stays as it is. */
  'app.setMirrors': call(
    z.strictObject({
      npm: mirrorChoiceSchema,
      node: mirrorChoiceSchema,
      installer: mirrorChoiceSchema,
      caddy: mirrorChoiceSchema,
      docker: mirrorChoiceSchema,
      image: z.union([z.literal(''), imageRepositorySchema]).optional(),
    }),
    mirrorsSchema,
  ),
  /** The window follows; the choice itself is kept by the interface. */
  'app.setTheme': call(z.strictObject({ theme: themeSchema }), done),
} as const;

export const appEvents = {
  /** Something went wrong beside what was asked: a record that was set aside, a log that cannot be written. */
  'app.noticed': z.strictObject({
    level: z.enum(['warn', 'error']),
    message: z.string(),
    details: z.string().optional(),
  }),
} as const;
