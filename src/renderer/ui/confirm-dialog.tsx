import { text } from '../text/index.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly body: string;
  readonly go: string;
  readonly danger?: boolean;
  readonly onGo: () => void;
  readonly onClose: () => void;
}

/** Asks before something that interrupts or cannot be undone. What is safe has the focus. */
export function ConfirmDialog({ open, title, body, go, danger = false, onGo, onClose }: ConfirmDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button
            variant={danger ? 'danger' : 'primary'}
            onClick={() => {
              onClose();
              onGo();
            }}
          >
            {go}
          </Button>
        </>
      }
    >
      <p>{body}</p>
    </Dialog>
  );
}
