import { text } from '../../text/index.ts';
import { TypedInput, type FormOf } from '../../ui/typed-field.tsx';
import { usualLimits, type LimitsDraft } from './limits-draft.ts';
import styles from './limits.module.css';

const words = text.limits;

interface LimitsFieldsProps {
  readonly within: FormOf<LimitsDraft>;
  readonly autoFocus?: boolean;
}

/** The same in the wizard and where they are changed. */
export function LimitsFields({ within, autoFocus = false }: LimitsFieldsProps) {
  return (
    <div className={styles['pair']}>
      <TypedInput
        within={within}
        field="memory"
        label={words.memoryField}
        hint={words.memoryHint}
        autoFocus={autoFocus}
        inputMode="decimal"
        placeholder={usualLimits.memory}
      />
      <TypedInput
        within={within}
        field="cpus"
        label={words.cpus}
        hint={words.cpusHint}
        inputMode="decimal"
        placeholder={usualLimits.cpus}
      />
    </div>
  );
}
