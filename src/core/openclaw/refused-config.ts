import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { ConfigIssue } from '../../shared/model/configuration.ts';
import { hideSecretLooks } from '../configuration/redaction.ts';

/** A gateway says more of some, such as what it would take. */
export const toldIssueSchema = z.object({ path: z.string(), message: z.string() });
const refusedSchema = z.object({ valid: z.literal(false), issues: z.array(toldIssueSchema).default([]) });

/**
 * A gateway goes on with what it has when its file becomes one that it does not accept, and then hands out neither the text nor what
 * is in it: only what is wrong. Pure.
 * @param answer to `config.get`
 * @throws AppError `config.rejected` with the issues
 */
export function expectAccepted(answer: unknown): void {
  const { success, data } = refusedSchema.safeParse(answer);
  if (!success) return;
  // What may be secret in the file is not known here: a message may quote it.
  const issues = data.issues.map(({ path, message }): ConfigIssue => ({ path, message: hideSecretLooks(message) }));
  const [first] = issues;
  throw new AppError('config.rejected', {
    message: `The gateway does not accept its openclaw.json${first === undefined ? '.' : `: ${first.path}: ${first.message}`}`,
    hint: 'Stop the instance: then its file can be edited, or a change taken back, here.',
    details: { issues },
  });
}
