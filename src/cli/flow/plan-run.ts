import { AppError, exitCodes, toAppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import type { ConnectOptions, Preview, RunOptions } from '../../core/index.ts';
import { reportInstance, reportPreview, type Answers } from '../json-lines.ts';
import { CommandFailure } from '../command-failure.ts';
import { dim } from '../output/line.ts';
import { formatFindings, formatPlan, isHarmless, neededSteps, refusals } from '../output/plan.ts';
import { openRunView, withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { confirm } from './asking.ts';
import { connected } from './connecting.ts';

/** A deployment or a removal: something that is previewed, shown, agreed to and run. */
export interface PlanRequest {
  /** Said while the preview is made. */
  readonly waiting: string;
  readonly question: string;
  readonly options: { readonly yes: boolean; readonly dryRun: boolean; readonly deadlineMs?: number };
  readonly connect: ConnectOptions;
  preview(options: ConnectOptions): Promise<Preview>;
  start(previewId: string, options: RunOptions): Promise<RunSnapshot>;
  discard(previewId: string): Promise<void>;
}

export type PlanOutcome =
  | { readonly is: 'done'; readonly run: RunSnapshot; readonly instance: Instance }
  | { readonly is: 'shown'; readonly answers: Answers }
  | { readonly is: 'declined' };

/**
 * @throws CommandFailure for a refusal and for a run that failed, AppError for the rest
 */
export async function runPlanRequest(session: Session, request: PlanRequest): Promise<PlanOutcome> {
  const preview = await connected(session, request.connect, {
    run: (options) => withSpinner(session, request.waiting, () => request.preview(options)),
    problemOf: (found) => refusals(found).find(({ error }) => error !== undefined)?.error,
    discard: (found) => request.discard(found.id),
  });
  let started = false;
  try {
    showPreview(session, preview);
    refuse(preview);
    const changes = neededSteps(preview).length;
    if (request.options.dryRun) {
      if (!session.json) session.screen.out.print([texts.dryRun(changes)]);
      return { is: 'shown', answers: { dryRun: true, changes, instance: reportInstance(preview.instance) } };
    }
    if (!request.options.yes && changes > 0) {
      const agreed = await confirm(session, request.question, isHarmless(preview));
      session.screen.err.print([]);
      if (!agreed) {
        session.screen.out.print([dim(texts.declined)]);
        return { is: 'declined' };
      }
    }
    started = true;
    return { is: 'done', run: await start(session, request, preview), instance: preview.instance };
  } finally {
    if (!started) await request.discard(preview.id);
  }
}

function showPreview(session: Session, preview: Preview): void {
  if (session.json) {
    session.emit(reportPreview(preview));
    return;
  }
  const { out } = session.screen;
  out.print(...formatFindings(preview.findings, out.look, out.columns()));
  if (refusals(preview).length === 0) out.print(...formatPlan(preview, out.look, out.columns()));
}

/** @throws CommandFailure for the first finding that stands in the way */
function refuse(preview: Preview): void {
  const finding = refusals(preview)[0];
  if (finding === undefined) return;
  const error = finding.error ?? new AppError('preflight.refused', { message: `${finding.title}: ${finding.because}` });
  // What a run would call a failure (a registry that does not answer) is a refusal as long as nothing has run.
  throw new CommandFailure(error, { exitCode: exitCodes.refused });
}

async function start(session: Session, request: PlanRequest, preview: Preview): Promise<RunSnapshot> {
  const view = openRunView(session);
  session.beginRun();
  try {
    const { deadlineMs } = request.options;
    const run = await request.start(preview.id, {
      signal: session.signal,
      onEvent: (event) => {
        view.show(event);
      },
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
    if (run.status === 'cancelled') throw new AppError('run.cancelled');
    return run;
  } catch (error) {
    throw new CommandFailure(toAppError(error), view.run === undefined ? {} : { run: view.run });
  } finally {
    view[Symbol.dispose]();
  }
}
