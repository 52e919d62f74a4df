import { useRef, useState, type SubmitEvent } from 'react';
import type { Backup } from '../../../shared/model/backup.ts';
import { deploymentSecretsSchema } from '../../../shared/model/spec.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatBytes, formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusWrong } from '../../ui/focus-wrong.ts';
import { TypedInput } from '../../ui/typed-field.tsx';
import { useFormCheck } from '../../use-form-check.ts';
import { useReach } from '../../use-reach.ts';
import { ReachTrouble } from '../run/reach-trouble.tsx';
import styles from './backups.module.css';
import { pickLogin } from './pick-login.ts';
import { readPlace } from './policy-draft.ts';

const words = text.backups.adopt;

interface AdoptDraft {
  readonly from: string;
  readonly key: string;
}
type AdoptErrors = Partial<Record<keyof AdoptDraft, string>>;

const close = (): void => useStore.setState({ adoptOpen: false });

/** After a computer is lost: what its Hardshell kept is found again where it lies. */
export function AdoptDialog() {
  const client = useClient();
  const [draft, setDraft] = useState<AdoptDraft>({ from: '', key: '' });
  const action = useReach(draft.from.trim());
  const checked = useFormCheck<AdoptErrors>({});
  const [found, setFound] = useState<readonly Backup[]>();
  const form = useRef<HTMLFormElement>(null);
  useFocusWrong(form, checked.found);

  const look = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const from = readPlace(draft.from);
    const key = draft.key.trim();
    const isKey = key === '' || deploymentSecretsSchema.shape.backupKey.safeParse(key).success;
    checked.find({
      ...(from === undefined ? { from: text.backups.policy.placeWrong } : {}),
      ...(isKey ? {} : { key: words.keyWrong }),
    });
    if (from === undefined || !isKey) return;
    void action.run(async (reach) => {
      const { secrets, trustHostKeys } = pickLogin(reach);
      // what was typed after the first was refused is newer
      const all = { ...(key === '' ? {} : { backupKey: key }), ...secrets };
      setFound(await client.call('backup.adopt', { from, secrets: all, trustHostKeys }));
    });
  };
  const type = (change: Partial<AdoptDraft>): void => {
    checked.mend(() => ({}));
    setDraft((before) => ({ ...before, ...change }));
  };

  if (found !== undefined) {
    return (
      <Dialog
        open
        onClose={close}
        title={words.title}
        actions={
          <>
            <Button key="close" autoFocus={found.length === 0} onClick={close}>
              {text.common.close}
            </Button>
            {found.length > 0 && (
              // not the button of the form, which has lost the focus while it worked
              <Button
                key="deploy"
                variant="primary"
                autoFocus
                onClick={() => {
                  close();
                  goTo({ page: 'new' });
                }}
              >
                {words.deploy}
              </Button>
            )}
          </>
        }
      >
        <p role="status">{found.length === 0 ? words.foundNone : words.found(found.length)}</p>
        <ul className={styles['found']}>
          {found.map(({ id, instanceName, createdAt, bytes }) => (
            <li key={id}>
              <strong>{instanceName}</strong>
              <span>{formatMoment(createdAt)}</span>
              <span className={styles['dim']}>{formatBytes(bytes)}</span>
            </li>
          ))}
        </ul>
        {found.length > 0 && <p>{words.then}</p>}
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={close}
      title={words.title}
      actions={
        <>
          <Button onClick={close}>{text.common.cancel}</Button>
          <Button variant="primary" type="submit" form="adopt" busy={action.busy}>
            {words.go}
          </Button>
        </>
      }
    >
      <p>{words.lead}</p>
      <form id="adopt" className={styles['form']} ref={form} onSubmit={look} noValidate>
        <TypedInput
          within={{ draft, errors: checked.errors, type }}
          field="from"
          label={words.from}
          hint={text.backups.policy.placeHint}
          placeholder={text.backups.policy.placePlaceholder}
          code
          autoFocus
        />
        <TypedInput
          within={{ draft, errors: checked.errors, type }}
          field="key"
          label={words.key}
          hint={words.keyHint}
          type="password"
          optional
        />
      </form>
      <ReachTrouble action={action} />
    </Dialog>
  );
}
