import { z } from 'zod';
import { call, done, nothing } from './call.ts';

export const doorSchema = z.enum(['desktop', 'browser']);
export type Door = z.infer<typeof doorSchema>;

export const themeSchema = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof themeSchema>;

export const secretsBackendSchema = z.enum(['keychain', 'vault-passphrase', 'vault-keyfile', 'memory']);

/** What the interface has to know about the program behind it. */
export const appInfoSchema = z.strictObject({
  door: doorSchema,
  version: z.string(),
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  /** `anna@laptop` */
  who: z.string(),
  dataDir: z.string(),
  /** Where new secrets go. */
  secretsBackend: secretsBackendSchema,
  mirrors: z.strictObject({ npm: z.string(), node: z.string(), installer: z.string() }),
  /** Whether this door copies a secret without showing it to the interface. */
  copiesSecrets: z.boolean(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

const externalUrlSchema = z.url({ protocol: /^https$/ });

export const appCalls = {
  'app.info': call(nothing, appInfoSchema),
  /** Opens a page in the person's own browser. */
  'app.openExternal': call(z.strictObject({ url: externalUrlSchema }), done),
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
