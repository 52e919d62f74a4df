import { X } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Input } from '../../ui/input.tsx';
import { useReach } from '../../use-reach.ts';
import { ReachTrouble } from '../run/reach-trouble.tsx';
import styles from './backups.module.css';
import { pickLogin } from './pick-login.ts';
import { readPlace } from './policy-draft.ts';

const words = text.backups.policy;

interface PlaceFieldProps {
  readonly number: number;
  readonly value: string;
  readonly error: string | undefined;
  readonly onType: (value: string) => void;
  readonly onTake: () => void;
}

/** One place for backups, and whether it works: found out by day. */
export function PlaceField({ number, value, error, onType, onTake }: PlaceFieldProps) {
  const client = useClient();
  const place = value.trim();
  const action = useReach(place);
  /** The place that was tried last, and works. */
  const [works, setWorks] = useState<string>();
  const destination = readPlace(value);
  const tryIt = (): void => {
    if (destination === undefined) return;
    void action.run(async (reach) => {
      setWorks(undefined);
      await client.call('backup.tryDestination', { destination, ...pickLogin(reach) });
      setWorks(place);
    });
  };
  return (
    <div className={styles['place']}>
      <Field label={words.place(number)} hint={words.placeHint} error={error}>
        <Input
          code
          value={value}
          placeholder={words.placePlaceholder}
          onChange={(event) => onType(event.target.value)}
        />
      </Field>
      <div className={styles['placeButtons']}>
        <Button
          busy={action.busy}
          disabled={destination === undefined}
          aria-label={words.tryOf(number)}
          onClick={tryIt}
        >
          {words.tryIt}
        </Button>
        <IconButton label={words.take(number)} icon={<X size={14} aria-hidden />} onClick={onTake} />
      </div>
      <p className={styles['works']} role="status">
        {works === place && words.works}
      </p>
      <ReachTrouble action={action} />
    </div>
  );
}
