import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied, type Check } from '../../../shared/model/run.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';

/** How often the older version is started before it is said that it does not come up. */
const ATTEMPTS = 3;

/** A step inside of another one, as a run would carry it out. */
export async function carryOut(step: Step, context: ApplyContext): Promise<void> {
  if ((await step.check(context)).is === 'satisfied') return;
  context.note(step.title);
  await applyAndProve(step, context);
}

/** @throws AppError `step.ineffective`, and what the step throws */
export async function applyAndProve(step: Step, context: ApplyContext): Promise<void> {
  await step.apply(context);
  // What was read while it worked is history.
  await context.act(`Looking whether it is done: ${step.title}`, () => Promise.resolve());
  const after = await step.check(context);
  if (after.is === 'needed') {
    throw new AppError('step.ineffective', {
      message: `"${step.title}" was carried out, but: ${after.because}.`,
      details: { because: after.because },
    });
  }
}

/**
 * Where there is nothing left to fall back on, one failure is no reason to give up: a machine that was busy with an update lets a
 * gateway miss its own five seconds for a heartbeat.
 */
export async function startPatiently(start: readonly Step[], context: ApplyContext): Promise<void> {
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      for (const step of start) await carryOut(step, context);
      return;
    } catch (thrown) {
      context.signal.throwIfAborted();
      if (left === 0) throw thrown;
      context.note(`it does not serve yet: ${toAppError(thrown).message} It is started once more.`);
    }
  }
}

/** Nothing that runs depends on it, and whoever clears away next does it as well: the next backup, or the next update. */
export function bestEffort(step: Step): Step {
  let wasTried = false;
  const look = async (context: CheckContext): Promise<Check> => {
    try {
      return await step.check(context);
    } catch (thrown) {
      context.signal.throwIfAborted();
      return needed(toAppError(thrown).message);
    }
  };
  return {
    ...step,
    async check(context) {
      const found = await look(context);
      return wasTried && found.is === 'needed' ? satisfied(`it stays for now: ${found.because}`) : found;
    },
    async apply(context) {
      wasTried = true;
      try {
        await step.apply(context);
      } catch (thrown) {
        context.signal.throwIfAborted();
        context.note(`"${step.title}" failed, and waits for the next time: ${toAppError(thrown).message}`);
      }
    },
  };
}
