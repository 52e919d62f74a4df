import type { RunEvent, RunSnapshot, StepState } from '../../shared/model/run.ts';
import { reduceRun } from '../../shared/run-reducer.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { cyan, dim, green, red, type Line } from './line.ts';
import { marksOf } from './look.ts';
import { lastOverwrite, neutralise } from './neutralise.ts';
import { formatDuration, formatProgress } from './quantity.ts';
import { cutToWidth, measureWidth, padToWidth } from './text-width.ts';

/** Shows a run while it goes on. Disposing takes away what is being redrawn; what is done stays. */
export interface RunView extends Disposable {
  show(event: RunEvent): void;
  /** The run so far. */
  readonly run: RunSnapshot | undefined;
}

/** Often enough that a spinner turns, seldom enough that nobody's terminal or connection notices. */
const FRAME_MS = 120;
const MAX_TITLE_WIDTH = 56;
/** Columns for a mark, a time and the space between. */
const BESIDE_TITLE = 14;

export function openRunView(session: Session): RunView {
  return session.json ? openJsonView(session) : openHumanView(session);
}

function openJsonView(session: Session): RunView {
  let run: RunSnapshot | undefined;
  return {
    get run() {
      return run;
    },
    show: (event) => {
      run = fold(run, event);
      session.emit(event);
    },
    [Symbol.dispose]: () => undefined,
  };
}

function fold(run: RunSnapshot | undefined, event: RunEvent): RunSnapshot | undefined {
  const folded = reduceRun(run, event);
  return folded.is === 'snapshot' ? folded.snapshot : run;
}

/** How far a step is, and what it said last: one line, or none. */
function newsOf({ progress, lastLines }: StepState): string[] {
  const line = lastOverwrite(lastLines.findLast(saysSomething) ?? '');
  const news = [progress === undefined ? '' : formatProgress(progress), line].filter((text) => text !== '');
  return news.length === 0 ? [] : [news.join('  ')];
}

/** A bracket that ends somebody's JSON tells a person nothing. */
function saysSomething(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line);
}

function openHumanView({ io, screen }: Session): RunView {
  const { out } = screen;
  const marks = marksOf(out.look);
  let run: RunSnapshot | undefined;
  let satisfied = 0;
  let frames = 0;
  let above: Line[] = [];

  const titleWidth = (): number => {
    const longest = Math.max(0, ...(run?.steps ?? []).map((step) => measureWidth(neutralise(step.title))));
    return Math.max(1, Math.min(longest, MAX_TITLE_WIDTH, (out.columns() ?? Number.POSITIVE_INFINITY) - BESIDE_TITLE));
  };
  const titled = (title: string): string => {
    const width = titleWidth();
    return padToWidth(cutToWidth(neutralise(title), width), width);
  };
  const took = (step: StepState, untilMs: number): string =>
    step.startedAt === undefined ? '' : formatDuration(untilMs - Date.parse(step.startedAt)).padStart(11);

  /** Steps that had nothing to do are told as a number, before whatever comes after them. */
  const tellSatisfied = (): void => {
    if (satisfied > 0) above.push([dim(`${marks.idle} ${texts.alreadyDone(satisfied)}`)]);
    satisfied = 0;
  };
  const tell = (line: Line): void => {
    tellSatisfied();
    above.push(line);
  };

  const picture = (): Line[] => {
    if (run?.status !== 'running') return [];
    const spinner = marks.spinner[frames % marks.spinner.length] ?? '';
    const running = run.steps.filter((step) => step.status === 'running');
    const done = run.steps.filter((step) => step.status === 'applied' || step.status === 'satisfied').length;
    return [
      ...(satisfied > 0 ? [[dim(`${marks.idle} ${texts.alreadyDone(satisfied)}`)]] : []),
      ...running.flatMap((step): Line[] => [
        [cyan(spinner), ` ${titled(step.title)}`, dim(took(step, io.nowMs()))],
        ...newsOf(step).map((news): Line => [dim(`  ${marks.bar} ${news}`)]),
      ]),
      [dim(`  ${texts.stepsDone(done, run.steps.length)}`)],
    ];
  };
  const redraw = (): void => {
    const lines = above;
    above = [];
    screen.draw(picture(), lines);
  };

  const show = (event: RunEvent): void => {
    const before = run;
    run = fold(run, event);
    const step = 'stepId' in event ? run?.steps.find(({ id }) => id === event.stepId) : undefined;
    switch (event.type) {
      case 'step.checked':
        if (step?.status === 'satisfied' && before?.steps.find(({ id }) => id === event.stepId)?.status === 'waiting')
          satisfied += 1;
        break;
      case 'step.started':
        tellSatisfied();
        if (!out.look.live && step !== undefined) above.push([dim(`${marks.next} ${step.title}`)]);
        break;
      case 'step.spoke':
        if (!out.look.live && event.stream === 'note') above.push([dim(`  ${marks.bar} ${event.line}`)]);
        break;
      case 'step.applied':
        if (step !== undefined)
          tell([green(marks.done), ` ${titled(step.title)}`, dim(took(step, Date.parse(event.at)))]);
        break;
      case 'step.failed':
        if (step !== undefined) {
          const mark = event.error.code === 'run.cancelled' ? dim(marks.idle) : red(marks.bad);
          tell([mark, ` ${titled(step.title)}`, dim(took(step, Date.parse(event.at)))]);
        }
        break;
      case 'run.succeeded':
      case 'run.failed':
      case 'run.cancelled':
        tellSatisfied();
        break;
      default:
    }
    redraw();
  };

  const timer = setInterval(() => {
    frames += 1;
    redraw();
  }, FRAME_MS);
  timer.unref();

  return {
    get run() {
      return run;
    },
    show,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      screen.draw([]);
    },
  };
}

/** Turns a spinner with a text until the work is done. */
export async function withSpinner<T>({ screen, json }: Session, text: string, work: () => Promise<T>): Promise<T> {
  if (json || !screen.out.look.live) return await work();
  const { spinner } = marksOf(screen.out.look);
  let frames = 0;
  const draw = (): void => {
    screen.draw([[cyan(spinner[frames % spinner.length] ?? ''), ` ${text}`]]);
    frames += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    screen.draw([]);
  }
}
