import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { Paste } from './paste.ts';

const SHOWN_CHARACTERS = 3_000;
const t = text.terminal;

interface PasteDialogProps {
  readonly paste: Paste;
  readonly onPaste: () => void;
  readonly onClose: () => void;
}

export function PasteDialog({ paste, onPaste, onClose }: PasteDialogProps) {
  const more = paste.text.length - SHOWN_CHARACTERS;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t.pasteTitle(paste.lines)}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button variant="primary" onClick={onPaste}>
            {t.paste}
          </Button>
        </>
      }
    >
      <p>{t.pasteBody}</p>
      <Code label={t.pastePreview}>{paste.text.slice(0, SHOWN_CHARACTERS)}</Code>
      {more > 0 && <p>{t.pasteMore(more)}</p>}
    </Dialog>
  );
}
