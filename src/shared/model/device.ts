import { z } from 'zod';

/** As a gateway names devices and requests: a word that fits into one line, and nothing that a shell would act on. */
const idSchema = z
  .string()
  .regex(/^[\w.:-]{1,128}$/, 'An id is one word of letters, digits, dots, colons and dashes, as the list shows it.');
export const deviceIdSchema = idSchema;
export const deviceRequestIdSchema = idSchema;

const described = {
  deviceId: z.string(),
  /** What a person called it, else what it calls itself, else what kind of program it is. */
  name: z.string(),
  platform: z.string().optional(),
  /** The address it came from last. */
  from: z.string().optional(),
  roles: z.array(z.string()),
  scopes: z.array(z.string()),
  /** This Hardshell. */
  isOwn: z.boolean(),
};

/** Somebody who asks to be let in. */
export const deviceRequestSchema = z.strictObject({
  requestId: z.string(),
  ...described,
  askedAt: z.iso.datetime(),
  /** It was let in before, and asks for more, or with another key. */
  isKnown: z.boolean(),
});
export type DeviceRequest = z.infer<typeof deviceRequestSchema>;

/** A device that was let in. */
export const pairedDeviceSchema = z.strictObject({
  ...described,
  pairedAt: z.iso.datetime().optional(),
  /** When it was last heard of; absent: never since. */
  seenAt: z.iso.datetime().optional(),
  isConnected: z.boolean(),
  /** What it comes back with, one a role; never the token itself. */
  tokens: z.array(z.strictObject({ role: z.string(), scopes: z.array(z.string()), isRevoked: z.boolean() })),
});
export type PairedDevice = z.infer<typeof pairedDeviceSchema>;

export const deviceDeedSchema = z.strictObject({
  at: z.iso.datetime(),
  who: z.string(),
  what: z.enum(['approve', 'reject', 'remove', 'rotate']),
  deviceId: z.string(),
  name: z.string(),
});
/** What was done here to a device of an instance. */
export type DeviceDeed = z.infer<typeof deviceDeedSchema>;

export const deviceListSchema = z.strictObject({
  /** Newest first. */
  pending: z.array(deviceRequestSchema),
  /** In the order in which they were heard of last. */
  paired: z.array(pairedDeviceSchema),
  /** Newest first, at most twenty. */
  deeds: z.array(deviceDeedSchema),
});
export type DeviceList = z.infer<typeof deviceListSchema>;
