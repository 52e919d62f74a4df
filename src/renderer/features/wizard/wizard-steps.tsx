import { Check } from 'lucide-react';
import { text } from '../../text/index.ts';
import type { Screen } from './wizard-state.ts';
import styles from './wizard-steps.module.css';

const order = ['where', 'check', 'what', 'review', 'run'] as const;

export function WizardSteps({ at }: { readonly at: Screen }) {
  const now = order.indexOf(at);
  return (
    <ol className={styles['steps']} aria-label={text.wizard.stepsLabel}>
      {order.map((name, index) => (
        <li
          key={name}
          className={styles['step']}
          data-state={index < now ? 'done' : index === now ? 'now' : 'later'}
          {...(index === now ? { 'aria-current': 'step' as const } : {})}
        >
          <span className={styles['mark']}>{index < now ? <Check size={12} aria-hidden /> : index + 1}</span>
          {text.wizard.steps[name]}
        </li>
      ))}
    </ol>
  );
}
