import { z } from 'zod';
import { AppError } from '../../../shared/app-error.ts';
import { installationIdSchema, instanceIdSchema, instanceNameSchema } from '../../../shared/model/ids.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { fact, type Fact } from '../../facts/fact.ts';
import { parseFile, readFileCommand, writeFileCommand } from '../../host/files.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

export const claimSchema = z.strictObject({
  v: z.literal(1),
  instance: instanceIdSchema,
  name: instanceNameSchema,
  installation: installationIdSchema,
  /** Whether the account was made for this instance: only then does a purge remove it with all it has. */
  ownsAccount: z.boolean(),
});
/** What a server says of itself: which instance lives on it, and which installation put it there. */
export type Claim = z.infer<typeof claimSchema>;

export function claimFact(layout: ServerLayout): Fact<Claim | undefined> {
  return fact(`claim ${layout.claimPath}`, readFileCommand(layout.claimPath, { runAs: 'root' }), (result) => {
    const text = parseFile(result);
    if (text === undefined) return undefined;
    try {
      return claimSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new AppError('state.corrupt', {
        message: `${layout.claimPath} on the server cannot be read.`,
        hint: 'Look at the file; remove it when it is broken.',
        cause,
      });
    }
  });
}

/** Marks the server before anything is installed, so that an install that was cut short is known to be ours. */
export function claimStep(layout: ServerLayout, claim: Claim): Step {
  const found = claimFact(layout);
  return {
    id: 'claim',
    title: 'Mark the server as the home of this instance',
    facts: [found],
    timeoutMs: 30_000,
    async check({ read }) {
      const there = await read(found);
      if (there === undefined) return needed('the server has no instance yet');
      if (there.instance !== claim.instance && there.installation === claim.installation) {
        throw new AppError('instance.elsewhere', {
          message: `The instance "${there.name}" lives on this server.`,
          details: { name: there.name },
        });
      }
      const same =
        there.instance === claim.instance && there.name === claim.name && there.installation === claim.installation;
      return same
        ? satisfied('the server is marked')
        : needed(`it was deployed by another installation of Hardshell, as "${there.name}"`, 'restart');
    },
    async apply({ changeOk }) {
      const { command, input } = writeFileCommand(layout.claimPath, `${JSON.stringify(claim)}\n`, { runAs: 'root' });
      await changeOk('Marking the server', command, { input });
    },
  };
}
