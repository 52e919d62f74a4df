import { AppError } from '../../shared/app-error.ts';
import { needed, satisfied } from '../../shared/model/run.ts';
import type { ExposureFinding, ExposureReport } from '../api-operations.ts';
import type { Fact } from '../facts/fact.ts';
import type { CheckContext, Step } from './step.ts';

export interface ExposureWish {
  readonly facts: readonly Fact<unknown>[];
  readonly check: (context: Pick<CheckContext, 'read' | 'signal'>) => Promise<ExposureReport>;
}

/** Ends a plan that opens a way in: it changes nothing, and fails where more is open than was meant to be. */
export function exposureCheckStep({ facts, check }: ExposureWish): Step {
  const findBad = async (context: CheckContext): Promise<ExposureFinding | undefined> =>
    (await check(context)).findings.find(({ level }) => level === 'bad');
  return {
    id: 'exposure-check',
    title: 'Check from outside what is open',
    facts,
    timeoutMs: 60_000,
    async check(context) {
      const bad = await findBad(context);
      return bad === undefined ? satisfied('nothing is open that should not be') : needed(formatBad(bad));
    },
    async apply(context) {
      const bad = await findBad(context);
      if (bad === undefined) return;
      throw new AppError('exposure.open', {
        message: `${formatBad(bad)}.`,
        ...(bad.fix === undefined ? {} : { hint: bad.fix }),
        details: { finding: bad.id },
      });
    },
  };
}

function formatBad({ title, because }: ExposureFinding): string {
  return `${title}: ${because.replace(/\.$/, '')}`;
}
