import JSON5 from 'json5';
import { z } from 'zod';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { readText } from '../docker/state-files.ts';
import type { Berth } from '../docker/seat.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';

/** A migration may shorten a configuration; one that has lost half of it has lost something that a person wrote. */
const LEAST_SHARE = 0.5;

const configSchema = z.looseObject({
  gateway: z
    .looseObject({ controlUi: z.looseObject({ allowedOrigins: z.array(z.string()).optional() }).optional() })
    .optional(),
});

/** What of a configuration must not be another one because the program is newer; undefined: nothing is missing. Pure. */
export function findLoss(before: string, after: string | undefined): string | undefined {
  if (after === undefined) return 'openclaw.json is gone';
  const [old, now] = [parse(before), parse(after)];
  if (now === undefined) return 'openclaw.json cannot be read any more';
  if (old === undefined) return undefined;
  const missing = Object.keys(old).filter((key) => !(key in now));
  if (missing.length > 0) return `openclaw.json has lost ${missing.join(', ')}`;
  const [origins, left] = [originsOf(old), originsOf(now)];
  const gone = origins.filter((origin) => !left.includes(origin));
  if (gone.length > 0) return `openclaw.json does not allow ${gone.join(', ')} any more`;
  const share = JSON.stringify(now).length / JSON.stringify(old).length;
  return share < LEAST_SHARE ? `openclaw.json has shrunk to ${String(Math.round(share * 100))} %` : undefined;
}

function parse(text: string): z.infer<typeof configSchema> | undefined {
  try {
    return configSchema.safeParse(JSON5.parse(text)).data;
  } catch {
    return undefined;
  }
}

const originsOf = ({ gateway }: z.infer<typeof configSchema>): readonly string[] =>
  gateway?.controlUi?.allowedOrigins ?? [];

export interface SwapWatch {
  /** The first step that touches what runs. */
  readonly swap: Step;
  /** The last one: what is left of the configuration, and how long nobody was answered. */
  readonly proof: Step;
}

/** What is looked at before the old container ends, and after the new one serves. */
export function watchSwap({ engine, layout }: Berth, swap: Step): SwapWatch {
  let before: string | undefined;
  let begunMs: number | undefined;
  let isProven = false;
  const readConfig = async ({ signal }: CheckContext): Promise<string | undefined> =>
    readText(await engine.open(signal), layout.container, layout.configPath, signal);
  const findProblem = async (context: CheckContext): Promise<string | undefined> =>
    before === undefined ? undefined : findLoss(before, await readConfig(context));
  const tellDowntime = (note: ApplyContext['note']): void => {
    if (begunMs === undefined) return;
    note(`nobody was answered for ${((performance.now() - begunMs) / 1000).toFixed(1)} s`);
    begunMs = undefined;
  };
  return {
    swap: {
      ...swap,
      async apply(context) {
        before = await readConfig(context);
        begunMs = performance.now();
        await swap.apply(context);
      },
    },
    proof: {
      id: 'checks',
      title: 'Compare its configuration with what it was',
      facts: [],
      timeoutMs: 60_000,
      check() {
        // A run that goes on with another one has not seen what there was.
        if (before === undefined) return Promise.resolve(satisfied('nothing was swapped by this run'));
        return Promise.resolve(isProven ? satisfied('nothing of it is missing') : needed('it was not looked at yet'));
      },
      async apply(context) {
        tellDowntime(context.note);
        const problem = await findProblem(context);
        if (problem !== undefined)
          throw new AppError('update.failed', { message: `The newer version serves, but ${problem}.` });
        isProven = true;
      },
    },
  };
}
