import { useRef, useState, type SubmitEvent } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusWrong } from '../../ui/focus-wrong.ts';
import { dropTyped } from '../../form-check.ts';
import { useFormCheck } from '../../use-form-check.ts';
import { ChangeDialog } from '../run/change-dialog.tsx';
import {
  buildAccessSecrets,
  buildIngress,
  checkAccess,
  readAccess,
  type AccessDraft,
  type AccessErrors,
} from './access-draft.ts';
import { AccessFields } from './access-fields.tsx';

const words = text.access.tab;

interface AccessDialogProps {
  readonly instance: InstanceView;
  readonly onClose: () => void;
}

interface Asked {
  readonly change: ChangeView;
  readonly secrets: ReturnType<typeof buildAccessSecrets>;
}

/** First the form, then what it means step by step, and only then the button. */
export function AccessDialog({ instance, onClose }: AccessDialogProps) {
  const [draft, setDraft] = useState<AccessDraft>(() => readAccess(instance.ingress));
  const { errors, found, find, mend } = useFormCheck<AccessErrors>({});
  const [asked, setAsked] = useState<Asked>();
  const form = useRef<HTMLFormElement>(null);
  useFocusWrong(form, found);

  const type = (change: Partial<AccessDraft>): void => {
    setDraft((before) => ({ ...before, ...change }));
    mend((before) => dropTyped(before, change));
  };
  const look = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const wrong = checkAccess(draft);
    find(wrong);
    if (Object.keys(wrong).length > 0) return;
    setAsked({ change: { kind: 'ingress', ingress: buildIngress(draft) }, secrets: buildAccessSecrets(draft) });
  };

  if (asked !== undefined) {
    return <ChangeDialog instance={instance} {...asked} onBack={() => setAsked(undefined)} onBegun={onClose} />;
  }
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={words.changeTitle}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button variant="primary" type="submit" form="access">
            {words.look}
          </Button>
        </>
      }
    >
      <p>{words.changeLead}</p>
      <form id="access" ref={form} onSubmit={look} noValidate>
        <AccessFields within={{ draft, errors, type }} name={instance.name} autoFocus />
      </form>
    </Dialog>
  );
}
