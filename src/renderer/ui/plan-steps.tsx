import { CircleCheck } from 'lucide-react';
import type { RehearsedView, StepPreviewView } from '../../shared/contract/deployment.ts';
import { text } from '../text/index.ts';
import styles from './plan-steps.module.css';
import { StepCommands } from './step-commands.tsx';

const words = text.wizard.review;

interface PlanStepsProps {
  readonly steps: readonly StepPreviewView[];
  /** Asks what a step will type. */
  readonly rehearse: (stepId: string) => Promise<readonly RehearsedView[]>;
}

/**
 * A plan: what is done, in which order, why, how bad it is, and with which commands. What is in place already is folded away.
 */
export function PlanSteps({ steps, rehearse }: PlanStepsProps) {
  const needed = steps.filter(({ check }) => check.is === 'needed');
  const inPlace = steps.filter(({ check }) => check.is === 'satisfied');
  return (
    <section className={styles['plan']} aria-label={words.title}>
      <h2 className={styles['heading']}>{words.changes(needed.length)}</h2>
      {needed.length === 0 && <p className={styles['nothing']}>{words.nothing}</p>}
      <ol className={styles['list']}>
        {needed.map(({ id, title, check }, index) => (
          <li key={id} className={styles['step']}>
            <span className={styles['number']}>{index + 1}</span>
            <span>
              <span className={styles['title']}>{title}</span>
              <span className={styles['because']}>{check.because}</span>
            </span>
            {check.is === 'needed' && (
              <span className={styles['severity']} data-severity={check.severity}>
                {words.severities[check.severity]}
              </span>
            )}
            <StepCommands title={title} rehearse={() => rehearse(id)} />
          </li>
        ))}
      </ol>
      {inPlace.length > 0 && (
        <details className={styles['done']}>
          <summary>{words.inPlace(inPlace.length)}</summary>
          <ul>
            {inPlace.map(({ id, title, check }) => (
              <li key={id} className={styles['step']}>
                <CircleCheck size={16} aria-hidden />
                <span>
                  <span className={styles['title']}>{title}</span>
                  <span className={styles['because']}>{check.because}</span>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
