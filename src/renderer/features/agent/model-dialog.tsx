import { ArrowUp, Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { modelRefSchema, type ModelsView } from '../../../shared/model/models.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Input } from '../../ui/input.tsx';
import { useAction } from '../../use-action.ts';
import styles from './agent.module.css';
import { moveUp, searchModels } from './model-search.ts';

const words = text.agent.model;
/** Rows that a person can still look through; hundreds would only slow the typing. */
const MOST_SHOWN = 60;

interface ModelDialogProps {
  readonly instance: InstanceView;
  readonly models: ModelsView;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** The order is the choice: the first answers. */
export function ModelDialog({ instance: { id: instanceId }, models: view, onChanged, onClose }: ModelDialogProps) {
  const client = useClient();
  const action = useAction();
  const { primary, fallbacks, models } = view;
  const [chosen, setChosen] = useState<readonly string[]>(() => [
    ...(primary === undefined ? [] : [primary]),
    ...fallbacks,
  ]);
  const [typed, setTyped] = useState('');
  const found = searchModels(models, typed).filter(({ ref }) => !chosen.includes(ref));
  const own = typed.trim();
  const isOwn =
    modelRefSchema.safeParse(own).success && models.every(({ ref }) => ref !== own) && !chosen.includes(own);
  const take = (ref: string): void => setChosen((before) => [...before, ref]);
  const save = (): void => {
    const [first, ...rest] = chosen;
    if (first === undefined) return;
    void action
      .run(() => client.call('models.choose', { instanceId, choice: { primary: first, fallbacks: rest } }))
      .then((wentWell) => {
        if (!wentWell) return;
        onChanged();
        onClose();
      });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.dialogTitle}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button variant="primary" busy={action.busy} disabled={chosen.length === 0} onClick={save}>
            {words.save}
          </Button>
        </>
      }
    >
      <p>{words.dialogLead}</p>
      <ol className={styles['chosen']}>
        {chosen.length === 0 && <li className={styles['note']}>{words.nothing}</li>}
        {chosen.map((ref, place) => (
          <li key={ref} className={styles['row']}>
            <span className={styles['name']}>
              {ref}
              <span className={styles['dim']}>{place === 0 ? words.first : words.fallback(place)}</span>
            </span>
            <span className={styles['buttons']}>
              {place > 0 && (
                <IconButton
                  label={words.up(ref)}
                  icon={<ArrowUp size={16} aria-hidden />}
                  onClick={() => setChosen((before) => moveUp(before, ref))}
                />
              )}
              <IconButton
                label={words.drop(ref)}
                icon={<X size={16} aria-hidden />}
                onClick={() => setChosen((before) => before.filter((one) => one !== ref))}
              />
            </span>
          </li>
        ))}
      </ol>
      <Field label={words.search} hint={words.searchHint}>
        <Input code autoFocus value={typed} onChange={(event) => setTyped(event.target.value)} />
      </Field>
      <p className={styles['note']} role="status">
        {words.found(Math.min(found.length, MOST_SHOWN), found.length)}
      </p>
      <ul className={styles['list']} tabIndex={0} aria-label={words.title}>
        {isOwn && (
          <li className={styles['row']}>
            <span className={styles['name']}>{own}</span>
            <Button size="small" aria-label={words.takeAsIs(own)} onClick={() => take(own)}>
              {words.takeAsIs(own)}
            </Button>
          </li>
        )}
        {found.slice(0, MOST_SHOWN).map(({ ref, name, available }) => (
          <li key={ref} className={styles['row']}>
            <span className={styles['what']}>
              <span className={styles['name']}>
                {ref}
                {!available && <span className={styles['dim']}>{words.noKey}</span>}
              </span>
              {!ref.endsWith(name) && <span className={styles['facts']}>{name}</span>}
            </span>
            <IconButton label={words.take(ref)} icon={<Plus size={16} aria-hidden />} onClick={() => take(ref)} />
          </li>
        ))}
      </ul>
      {action.error !== undefined && <ErrorPanel error={action.error} />}
    </Dialog>
  );
}
