import { z } from 'zod';

/** Ids are branded: an instance's id never lands where a run's is meant. */
export const instanceIdSchema = z
  .string()
  .regex(/^i-[0-9a-f]{16}$/)
  .brand('InstanceId');
export const runIdSchema = z
  .string()
  .regex(/^r-[0-9a-z]{9,20}-[0-9a-f]{8}$/)
  .brand('RunId');
export const installationIdSchema = z
  .string()
  .regex(/^h-[0-9a-f]{16}$/)
  .brand('InstallationId');
export const backupIdSchema = z
  .string()
  .regex(/^b-[0-9a-f]{16}$/)
  .brand('BackupId');

export type InstanceId = z.infer<typeof instanceIdSchema>;
export type BackupId = z.infer<typeof backupIdSchema>;
export type RunId = z.infer<typeof runIdSchema>;
export type InstallationId = z.infer<typeof installationIdSchema>;

/** What a person calls an instance: shown everywhere, so kept short and free of what a terminal would act on. */
export const instanceNameSchema = z
  .string()
  .min(1, 'A name has at least one character.')
  .max(63, 'A name has at most 63 characters.')
  .regex(/^[^\p{C}/\\]+$/u, 'A name holds no slashes and no control characters.')
  .refine((name) => name.trim() === name, 'A name does not begin or end with a space.')
  .refine((name) => !name.startsWith('-') && !name.startsWith('.'), 'A name does not begin with - or a dot.');

/** Names are a person's: the same but for letter case is the same. Pure. */
export function isSameName(a: string, b: string): boolean {
  return a.normalize('NFC').toLocaleLowerCase('en') === b.normalize('NFC').toLocaleLowerCase('en');
}
