import { z } from 'zod';

/** What is to become of this panel's own key for a server, and of the passwords that the server takes. */
export const sshKeyWishSchema = z
  .strictObject({
    key: z.enum(['install', 'remove', 'as-is']),
    /** `off`: nobody signs in over SSH with a password any more. `on`: as it was before that. */
    passwords: z.enum(['off', 'on', 'as-is']),
  })
  .refine(({ key, passwords }) => passwords !== 'off' || key === 'install', {
    message: 'Passwords are turned off only where the key of this panel is installed.',
    path: ['passwords'],
  })
  .refine(({ key, passwords }) => key !== 'install' || passwords !== 'on', {
    message: 'Passwords are turned on again without a word about the key.',
    path: ['passwords'],
  })
  .refine(({ key, passwords }) => key !== 'as-is' || passwords === 'on', {
    message: 'Say what is to become of the key or of the passwords.',
    path: ['key'],
  });
export type SshKeyWish = z.infer<typeof sshKeyWishSchema>;

/** The key that this panel made for one login. Never its private half. */
export const panelKeySchema = z.strictObject({
  /** As `ssh-keygen -l` prints it. */
  fingerprint: z.string(),
  /** The line that is in authorized_keys. */
  line: z.string(),
  madeAt: z.iso.datetime(),
  /** Since when it is what this panel signs in with; absent: it never got in yet. */
  provenAt: z.iso.datetime().exactOptional(),
  /** Since when, by us, the server takes no passwords. */
  passwordsOffAt: z.iso.datetime().exactOptional(),
});

/** What is known here about how the server of an instance is signed in to; nothing is asked for it. */
export const serverKeySchema = z.strictObject({
  /** `anna@203.0.113.7:22`; absent: it lives on this computer, and nobody signs in. */
  login: z.string().exactOptional(),
  key: panelKeySchema.exactOptional(),
  /** Other instances that are reached by the same login. */
  sharedWith: z.array(z.string()),
});
export type ServerKey = z.infer<typeof serverKeySchema>;
