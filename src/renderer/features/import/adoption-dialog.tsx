import { useCallback, useRef, useState, type SubmitEvent } from 'react';
import type { FoundInstallView } from '../../../shared/contract/import.ts';
import { instanceNameSchema } from '../../../shared/model/ids.ts';
import type { Target } from '../../../shared/model/target.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusWrong } from '../../ui/focus-wrong.ts';
import { Switch } from '../../ui/switch.tsx';
import { TypedInput } from '../../ui/typed-field.tsx';
import type { Reach } from '../../reach.ts';
import { useFormCheck } from '../../use-form-check.ts';
import { PlanDialog, type PlanQuestion } from '../run/plan-dialog.tsx';
import styles from './import.module.css';

const words = text.import;

interface NameDraft {
  readonly name: string;
}

interface AdoptionDialogProps {
  readonly found: FoundInstallView;
  readonly target: Target;
  readonly reach: Reach;
  readonly onClose: () => void;
}

/** First what it is called here and what may be changed, then what adopting it means, and only then the button. */
export function AdoptionDialog({ found, target, reach, onClose }: AdoptionDialogProps) {
  const client = useClient();
  const needsToken = found.problem?.code === 'import.no-auth';
  const [draft, setDraft] = useState<NameDraft>({ name: found.title });
  const checked = useFormCheck<Partial<NameDraft>>({});
  const [addsToken, setAddsToken] = useState(false);
  const [named, setNamed] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  useFocusWrong(form, checked.found);

  const ask = useCallback(
    (question: PlanQuestion) => {
      const { sshPassword, sudoPassword, keyPassphrase } = { ...reach.secrets, ...question.secrets };
      return client.call('import.preview', {
        draftId: question.draftId,
        target,
        name: named ?? '',
        which: found.id,
        changes: addsToken ? ['token'] : [],
        secrets: {
          ...(sshPassword === undefined ? {} : { sshPassword }),
          ...(sudoPassword === undefined ? {} : { sudoPassword }),
          ...(keyPassphrase === undefined ? {} : { keyPassphrase }),
        },
        trustHostKeys: [...reach.trustHostKeys, ...question.trustHostKeys],
      });
    },
    [client, reach, target, named, found.id, addsToken],
  );
  const next = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = instanceNameSchema.safeParse(draft.name.trim());
    if (name.success) setNamed(name.data);
    else checked.find({ name: name.error.issues[0]?.message ?? '' });
  };

  if (named !== undefined) {
    return (
      <PlanDialog
        title={words.planTitle(named)}
        tells
        go={words.planGo}
        cancel={text.common.back}
        ask={ask}
        start={(previewId) => client.call('import.start', { previewId })}
        onClose={() => setNamed(undefined)}
        onBegun={onClose}
      />
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.adoptOf(found.title)}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button variant="primary" type="submit" form="adoption" disabled={needsToken && !addsToken}>
            {text.common.next}
          </Button>
        </>
      }
    >
      <form id="adoption" className={styles['fields']} ref={form} onSubmit={next} noValidate>
        <TypedInput
          within={{
            draft,
            errors: checked.errors,
            type: (change) => {
              checked.mend(() => ({}));
              setDraft((before) => ({ ...before, ...change }));
            },
          }}
          field="name"
          label={words.name}
          hint={words.nameHint}
          autoFocus
        />
        {needsToken && (
          <Switch label={words.addToken} hint={words.addTokenHint} checked={addsToken} onChange={setAddsToken} />
        )}
      </form>
    </Dialog>
  );
}
