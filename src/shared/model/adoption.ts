import { z } from 'zod';

const pathSchema = z.string().min(1).max(4096);

/** A container that was there before: everything of it stays as whoever made it made it. */
export const adoptedContainerSchema = z.strictObject({
  kind: z.literal('container'),
  /** By its name, not its id: whoever makes it anew (compose does, for every change) calls it the same. */
  container: z.string().regex(/^[a-zA-Z0-9][\w.-]*$/),
  hostname: z.string(),
  /** Whom the gateway runs as inside. */
  uid: z.int().min(0),
  gid: z.int().min(0),
  home: pathSchema,
  stateDir: pathSchema,
  configPath: pathSchema,
  packageDir: pathSchema,
  /** How OpenClaw is called inside. */
  program: z.array(z.string().min(1)).min(1),
  /** The gateway's, inside. */
  port: z.int().min(1).max(65535),
  /** Volume by name, or folder of the machine by its absolute path, by the folder that it is mounted on. */
  mounts: z.record(pathSchema, z.string().min(1)),
});
export type AdoptedContainer = z.infer<typeof adoptedContainerSchema>;

/** A user service of some account of a server. */
export const adoptedServiceSchema = z.strictObject({
  kind: z.literal('service'),
  user: z.string().min(1),
  home: pathSchema,
  node: pathSchema,
  packageDir: pathSchema,
  stateDir: pathSchema,
  configPath: pathSchema,
  /** `openclaw-gateway.service` */
  unit: z.string().regex(/^[\w@.-]+\.service$/),
  unitPath: pathSchema,
});
export type AdoptedService = z.infer<typeof adoptedServiceSchema>;

/** Where an OpenClaw lives that Hardshell did not deploy. */
export const adoptionSchema = z.discriminatedUnion('kind', [adoptedContainerSchema, adoptedServiceSchema]);
export type Adoption = z.infer<typeof adoptionSchema>;

/** What is done for an instance by a layout of our own, and so not for one that was adopted. */
export const adoptedCannot = {
  deploy: 'deployed again',
  update: 'updated from here',
  rollback: 'taken back to an older version from here',
  restore: 'restored in place',
  suspend: 'suspended',
  resume: 'resumed',
  limits: 'given limits',
  guard: 'suspended by limits',
  ingress: 'given a public address',
  repair: 'repaired from here',
  'rotate-token': 'given a new token from here',
} as const;
export type AdoptedCannot = keyof typeof adoptedCannot;

export function isAdoptedCannot(kind: string): kind is AdoptedCannot {
  return Object.hasOwn(adoptedCannot, kind);
}

/** What the gateway is signed in to with, as far as it was found out: never the token itself. */
export const tokenPlaceSchema = z.enum(['config', 'environment', 'none']);
export type TokenPlace = z.infer<typeof tokenPlaceSchema>;

/** By which one of several is meant: `c-` and the beginning of a container's id, `s-` and account and unit. */
export const foundIdSchema = z
  .string()
  .regex(/^[cs]-[\w@.:-]{1,160}$/, 'An id looks like c-0123456789ab, as import lists it.');

/** What a person may have changed while it is adopted; without being asked for, nothing is. */
export const adoptionChoiceSchema = z.enum(['token']);
export type AdoptionChoice = z.infer<typeof adoptionChoiceSchema>;
