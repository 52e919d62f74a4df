import { CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ErrorReport } from '../../shared/app-error.ts';
import { goTo } from '../router.ts';
import { formatErrorDetails, hintHere } from '../text/error-text.ts';
import { text } from '../text/index.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { Code } from './code.tsx';
import styles from './error-panel.module.css';
import { Prose } from './prose.tsx';

/** Whether another place to download from would help. Pure. */
export function isCuredByMirror({ code }: ErrorReport): boolean {
  return code === 'registry.unreachable' || code === 'preflight.network' || code === 'download.failed';
}

interface ErrorPanelProps {
  readonly error: ErrorReport;
  readonly onRetry?: (() => void) | undefined;
  readonly retryLabel?: string | undefined;
  /** Called before another page is gone to: what lies over all pages gets out of the way. */
  readonly onLeave?: (() => void) | undefined;
  /** More buttons that do what the hint says. */
  readonly actions?: ReactNode;
}

/** What happened, what to do, the button that does it; the technical part is folded. */
export function ErrorPanel({ error, onRetry, retryLabel = text.common.retry, onLeave, actions }: ErrorPanelProps) {
  const details = formatErrorDetails(error);
  const mirrors = isCuredByMirror(error);
  const hint = hintHere(error);
  const chooseMirrors = (): void => {
    onLeave?.();
    goTo({ page: 'settings' });
  };
  return (
    <div className={styles['panel']} role="alert">
      <CircleX className={styles['icon']} size={18} aria-hidden />
      <div className={styles['body']}>
        <p className={styles['message']}>{error.message}</p>
        {hint !== undefined && (
          <p>
            <Prose>{hint}</Prose>
          </p>
        )}
        {(onRetry !== undefined || actions !== undefined || mirrors) && (
          <div className={styles['actions']}>
            {onRetry !== undefined && <Button onClick={onRetry}>{retryLabel}</Button>}
            {actions}
            {mirrors && <Button onClick={chooseMirrors}>{text.common.chooseMirrors}</Button>}
          </div>
        )}
        <details className={styles['details']}>
          <summary>{text.common.details}</summary>
          <div className={styles['folded']}>
            <Code>{details}</Code>
            <CopyButton value={details} label={text.common.copyDetails} />
          </div>
        </details>
      </div>
    </div>
  );
}
