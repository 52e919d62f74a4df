import { Dialog as Radix } from 'radix-ui';
import { useId, useState, type ReactNode } from 'react';
import styles from './dialog.module.css';
import { findOpener, giveFocusBack } from './focus-back.ts';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons, the one that goes on last. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  /** Escape is pressed. True: it belongs to what has the focus in here, and leaves the dialog open. */
  readonly takesEscape?: (event: KeyboardEvent) => boolean;
}

export function Dialog({ open, onClose, ...shown }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles['scrim']} />
        <Content {...shown} />
      </Radix.Portal>
    </Radix.Root>
  );
}

/** There only while the dialog is open. */
function Content({ title, children, actions, wide = false, takesEscape }: Omit<DialogProps, 'open' | 'onClose'>) {
  const body = useId();
  // Radix gives the focus back to a button of its own alone; ours are opened by whatever asks
  const [opener] = useState(findOpener);
  return (
    <Radix.Content
      className={styles['dialog']}
      data-wide={wide}
      aria-describedby={body}
      onEscapeKeyDown={(event) => {
        if (takesEscape?.(event) === true) event.preventDefault();
      }}
      onCloseAutoFocus={(event) => {
        event.preventDefault();
        giveFocusBack(opener);
      }}
    >
      <Radix.Title className={styles['title']}>{title}</Radix.Title>
      <div id={body} className={styles['body']}>
        {children}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </Radix.Content>
  );
}
