import { ArrowLeft } from 'lucide-react';
import type { ReactNode, SubmitEvent } from 'react';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import styles from './wizard.module.css';

interface ScreenFrameProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
  readonly onBack: () => void;
  /** What Enter does. Absent: there is no way on from here. */
  readonly onNext?: (() => void) | undefined;
  readonly nextLabel?: string;
  readonly nextBusy?: boolean;
  /** Where nothing is to be typed, the button itself has the focus. */
  readonly focusNext?: boolean;
  readonly beside?: ReactNode;
}

export function ScreenFrame(props: ScreenFrameProps) {
  const { onNext, nextLabel = text.common.next, nextBusy = false, focusNext = false } = props;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!nextBusy) onNext?.();
  };
  return (
    <form className={styles['screen']} onSubmit={submit} noValidate>
      <div className={styles['scroll']}>
        <div className={styles['page']}>
          <div>
            <h1>{props.title}</h1>
            <p className={styles['lead']} aria-live="polite">
              {props.lead}
            </p>
          </div>
          {props.children}
        </div>
      </div>
      <div className={styles['bar']}>
        <div className={styles['inside']}>
          <Button variant="quiet" icon={<ArrowLeft size={14} aria-hidden />} onClick={props.onBack}>
            {text.common.back}
          </Button>
          <span className={styles['gap']} />
          {props.beside}
          {onNext !== undefined && (
            <Button key={String(focusNext)} type="submit" variant="primary" busy={nextBusy} autoFocus={focusNext}>
              {nextLabel}
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}
