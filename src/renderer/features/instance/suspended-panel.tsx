import { CirclePause } from 'lucide-react';
import type { Suspension } from '../../../shared/model/guard.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import type { InstanceActions } from './instance-actions.ts';
import styles from './suspended-panel.module.css';

const words = text.instance.suspend;

interface SuspendedPanelProps {
  readonly suspension: Suspension;
  readonly actions: InstanceActions;
}

/** Why an instance stands still, who has stopped it, and the one click that ends it. */
export function SuspendedPanel({ suspension: { at, by, because }, actions }: SuspendedPanelProps) {
  return (
    <div className={styles['panel']} role="status">
      <CirclePause size={18} aria-hidden />
      <div>
        <p className={styles['title']}>{words.suspendedBy[by](formatMoment(at))}</p>
        <p>{because}</p>
        <p className={styles['dim']}>{words.suspendedHint}</p>
      </div>
      <Button variant="primary" busy={actions.doing.includes('resume')} onClick={actions.resume}>
        {words.resume}
      </Button>
    </div>
  );
}
