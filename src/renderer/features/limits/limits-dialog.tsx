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
import { buildLimits, checkLimits, readLimits, type LimitsDraft, type LimitsErrors } from './limits-draft.ts';
import { LimitsFields } from './limits-fields.tsx';

const words = text.limits;

interface LimitsDialogProps {
  readonly instance: InstanceView;
  readonly onClose: () => void;
}

/** First the form, then what it means step by step, and only then the button. */
export function LimitsDialog({ instance, onClose }: LimitsDialogProps) {
  const [draft, setDraft] = useState<LimitsDraft>(() => readLimits(instance.limits));
  const { errors, found, find, mend } = useFormCheck<LimitsErrors>({});
  const [change, setChange] = useState<ChangeView>();
  const form = useRef<HTMLFormElement>(null);
  useFocusWrong(form, found);

  const type = (typed: Partial<LimitsDraft>): void => {
    setDraft((before) => ({ ...before, ...typed }));
    mend((before) => dropTyped(before, typed));
  };
  const look = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const wrong = checkLimits(draft);
    find(wrong);
    if (Object.keys(wrong).length === 0) setChange({ kind: 'limits', limits: buildLimits(draft) });
  };

  if (change !== undefined) {
    return <ChangeDialog instance={instance} change={change} onBack={() => setChange(undefined)} onBegun={onClose} />;
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.changeTitle(instance.name)}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button variant="primary" type="submit" form="limits">
            {words.look}
          </Button>
        </>
      }
    >
      <p>{words.changeLead}</p>
      <form id="limits" ref={form} onSubmit={look} noValidate>
        <LimitsFields within={{ draft, errors, type }} autoFocus />
      </form>
    </Dialog>
  );
}
