import { z } from 'zod';
import { addressSchema } from './address.ts';

/** A name of the public DNS: two labels or more, ASCII (an IDN in its xn-- form), no dot at its end. */
export const hostNameSchema = z
  .string()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?=.*[a-z])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'That is not a host name, like claw.example.com.',
  );

/** How the dashboard of an instance is reached. */
export const accessSchema = z.discriminatedUnion('mode', [
  /** Through SSH, or on this computer: nothing is open. */
  z.strictObject({ mode: z.literal('tunnel') }),
  z.strictObject({ mode: z.literal('domain'), host: hostNameSchema }),
  /** A name of its own below this one, made of the instance's: research.bots.example.com. */
  z.strictObject({ mode: z.literal('base'), domain: hostNameSchema }),
  /** The bare address of the machine, with a certificate of six days. */
  z.strictObject({ mode: z.literal('ip'), address: z.union([z.ipv4(), z.ipv6()]).optional() }),
]);
export type Access = z.infer<typeof accessSchema>;

/** An address or a network: 203.0.113.7, 198.51.100.0/24. */
export const addressRangeSchema = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** What visitors may do. Absent: no limit of ours. */
export const trafficLimitsSchema = z.strictObject({
  /** Requests a second, of one visitor. */
  rate: z.number().min(0.1).max(10_000).optional(),
  /** Requests at once, above the rate, of one visitor. */
  burst: z.int().min(1).max(100_000).optional(),
  /** Requests and open WebSockets of all visitors together, at one moment. */
  connections: z.int().min(1).max(100_000).optional(),
  bodyBytes: z
    .int()
    .min(1024)
    .max(2 ** 40)
    .optional(),
  /** Whoever else comes is turned away. */
  allow: z.array(addressRangeSchema).max(200).optional(),
});
export type TrafficLimits = z.infer<typeof trafficLimitsSchema>;

/** Who signs certificates. Absent: Let's Encrypt. */
export const acmeSchema = z.strictObject({
  /** The directory of an ACME server. */
  directory: addressSchema,
  /** PEM, where that server's own certificate is signed by nobody that machines trust. */
  rootCertificate: z.string().startsWith('-----BEGIN CERTIFICATE-----').max(100_000).optional(),
});
export type Acme = z.infer<typeof acmeSchema>;

export const ingressSchema = z.strictObject({
  access: accessSchema,
  limits: trafficLimitsSchema.default({}),
  acme: acmeSchema.optional(),
  /** For notices of the certificate authority. */
  email: z.email().optional(),
});
export type Ingress = z.infer<typeof ingressSchema>;

/** Of an instance that nothing but a tunnel leads to. */
export const closedIngress: Ingress = { access: { mode: 'tunnel' }, limits: {} };
