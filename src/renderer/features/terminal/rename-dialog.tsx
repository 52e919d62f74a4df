import { useId, useState } from 'react';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

const LONGEST_NAME = 60;
const t = text.terminal;

interface RenameDialogProps {
  readonly name: string;
  readonly onRename: (name: string) => void;
  readonly onClose: () => void;
}

export function RenameDialog({ name, onRename, onClose }: RenameDialogProps) {
  const [wanted, setWanted] = useState(name);
  const form = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.renameTitle}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button type="submit" form={form} variant="primary">
            {t.renameGo}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          onRename(wanted);
        }}
      >
        <Field label={t.renameLabel}>
          <Input value={wanted} maxLength={LONGEST_NAME} onChange={(event) => setWanted(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
