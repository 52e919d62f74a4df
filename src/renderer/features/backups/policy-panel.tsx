import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { BackupPolicy } from '../../../shared/model/backup.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useSavedDraft } from '../../use-saved-draft.ts';
import styles from './backups.module.css';
import { PlaceField } from './place-field.tsx';
import {
  addPlace,
  buildPolicy,
  checkPolicy,
  keepNames,
  MOST_PLACES,
  readPolicy,
  type PolicyDraft,
  type PolicyErrors,
} from './policy-draft.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import { Prose } from '../../ui/prose.tsx';

const words = text.backups.policy;

/** When backups are made without being asked, how many are kept, and where they go beside the data folder. */
export function PolicyPanel({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const { id: instanceId, backups: policy } = instance;
  const saved = useSavedDraft<BackupPolicy, PolicyDraft, PolicyErrors>(
    {
      stored: policy,
      read: readPolicy,
      check: checkPolicy,
      save: (draft) => client.call('backup.setPolicy', { instanceId, policy: buildPolicy(draft, policy) }),
    },
    {},
  );
  const { draft, errors } = saved;
  const type = (change: Partial<PolicyDraft>): void => saved.type({ ...draft, ...change }, () => ({}));

  return (
    <Panel heading={words.title}>
      <p className={styles['note']}>
        <Prose>{words.lead}</Prose>
      </p>
      <form className={styles['form']} ref={saved.form} onSubmit={saved.save} noValidate>
        <ScheduleFields draft={draft} onType={type} />
        <fieldset className={styles['part']}>
          <legend>{words.keep}</legend>
          <div className={styles['counts']}>
            {keepNames.map((name) => (
              <Field key={name} label={words[name]} error={errors.keep?.[name]}>
                <Input
                  inputMode="numeric"
                  value={draft.keep[name]}
                  onChange={(event) => type({ keep: { ...draft.keep, [name]: event.target.value } })}
                />
              </Field>
            ))}
          </div>
          <p className={styles['hint']}>{words.keepHint}</p>
        </fieldset>
        <fieldset className={styles['part']}>
          <legend>{words.places}</legend>
          <p className={styles['hint']}>{words.here}</p>
          {draft.places.map((place, index) => (
            <PlaceField
              key={place.id}
              number={index + 1}
              value={place.typed}
              error={errors.places?.[place.id]}
              onType={(typed) => type({ places: draft.places.with(index, { ...place, typed }) })}
              onTake={() => type({ places: draft.places.toSpliced(index, 1) })}
            />
          ))}
          <p className={styles['save']}>
            <Button
              size="small"
              disabled={draft.places.length >= MOST_PLACES}
              onClick={() => type({ places: addPlace(draft.places) })}
            >
              {words.add}
            </Button>
            {draft.places.length >= MOST_PLACES && <span className={styles['hint']}>{words.most}</span>}
          </p>
        </fieldset>
        {saved.error !== undefined && <ErrorPanel error={saved.error} />}
        <p className={styles['save']}>
          <Button type="submit" busy={saved.busy} disabled={!saved.isTyped}>
            {words.save}
          </Button>
          <span role="status">{saved.isSaved && words.saved}</span>
        </p>
      </form>
    </Panel>
  );
}
