import { Check, CircleDashed, LoaderCircle, Minus, X } from 'lucide-react';
import { useState } from 'react';
import type { RunSnapshot, StepState } from '../../../shared/model/run.ts';
import { text } from '../../text/index.ts';
import { readOutcome, type RunOutcome } from '../../text/run-text.ts';
import { formatProgress, formatSpan } from '../../text/time-text.ts';
import { Code } from '../../ui/code.tsx';
import styles from './timeline.module.css';

const words = text.run;

export function Timeline({ run, now }: { readonly run: RunSnapshot; readonly now: number }) {
  const outcome = readOutcome(run);
  return (
    <ol className={styles['timeline']}>
      {run.steps.map((step, index) => (
        <Step
          key={step.id}
          step={step}
          now={now}
          isOver={run.status !== 'running'}
          outcome={outcome}
          beside={run.steps[index + 1]?.stage === step.stage}
        />
      ))}
    </ol>
  );
}

interface StepProps {
  readonly step: StepState;
  readonly now: number;
  readonly isOver: boolean;
  readonly outcome: RunOutcome;
  /** The next one belongs to the same stage: they run side by side. */
  readonly beside: boolean;
}

function Step({ step, now, isOver, outcome, beside }: StepProps) {
  const [opened, setOpened] = useState<boolean>();
  const notReached = isOver && step.status === 'waiting';
  const stopped = isOver && step.status === 'running';
  const word = notReached ? words.skipped : stopped ? words.statuses[outcome] : words.stepStatuses[step.status];
  return (
    <li className={styles['step']} data-status={notReached || stopped ? 'skipped' : step.status} data-beside={beside}>
      <span className={styles['mark']}>
        <Mark status={notReached || stopped ? 'skipped' : step.status} />
      </span>
      <div className={styles['body']}>
        <div className={styles['line']}>
          <span className={styles['title']}>{step.title}</span>
          {step.progress !== undefined && step.status === 'running' && !isOver && (
            <span className={styles['measure']}>
              <progress
                aria-label={step.title}
                {...(step.progress.total === undefined ? {} : { max: step.progress.total, value: step.progress.done })}
              />
              {formatProgress(step.progress)}
            </span>
          )}
          <span className={styles['status']}>{word}</span>
          <time className={styles['time']}>
            {step.startedAt !== undefined && !stopped && formatSpan(step.startedAt, step.endedAt, now)}
          </time>
        </div>
        {step.because !== undefined && step.status !== 'waiting' && step.status !== 'failed' && (
          <p className={styles['because']}>{step.because}</p>
        )}
        {step.error !== undefined && !stopped && <p className={styles['failure']}>{step.error.message}</p>}
        {step.lastLines.length > 0 && (
          <details
            open={opened ?? step.status === 'failed'}
            onToggle={(event) => setOpened(event.currentTarget.open)}
            className={styles['output']}
          >
            <summary>
              {words.output}
              <span className={styles['last']}>{step.status === 'running' && !isOver && step.lastLines.at(-1)}</span>
            </summary>
            <Code label={words.outputOf(step.title)}>{step.lastLines.join('\n')}</Code>
          </details>
        )}
      </div>
    </li>
  );
}

function Mark({ status }: { readonly status: StepState['status'] | 'skipped' }) {
  switch (status) {
    case 'waiting':
      return <CircleDashed size={16} aria-hidden />;
    case 'running':
      return <LoaderCircle className={styles['turning']} size={16} aria-hidden />;
    case 'satisfied':
      return <Minus size={14} aria-hidden />;
    case 'applied':
      return <Check size={14} aria-hidden />;
    case 'failed':
      return <X size={14} aria-hidden />;
    case 'skipped':
      return <CircleDashed size={16} aria-hidden />;
  }
}
