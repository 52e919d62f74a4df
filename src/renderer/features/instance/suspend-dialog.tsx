import { useState, type SubmitEvent } from 'react';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

const words = text.instance.suspend;
const MOST_LETTERS = 500;

interface SuspendDialogProps {
  readonly name: string;
  /** @param because undefined: nothing was said */
  readonly onGo: (because: string | undefined) => void;
  readonly onClose: () => void;
}

/** Says what it does to whoever talks with the bot now, and takes a word for whoever finds it suspended later. */
export function SuspendDialog({ name, onGo, onClose }: SuspendDialogProps) {
  const [because, setBecause] = useState('');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onClose();
    onGo(because.trim() === '' ? undefined : because.trim());
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title(name)}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button variant="danger" type="submit" form="suspend">
            {words.go}
          </Button>
        </>
      }
    >
      <p>{words.body}</p>
      <form id="suspend" onSubmit={submit}>
        <Field label={words.because} note={text.common.optional} hint={words.becauseHint}>
          <Input value={because} maxLength={MOST_LETTERS} onChange={(event) => setBecause(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
