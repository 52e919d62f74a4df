import { weekdayNames } from '../../../shared/backup-words.ts';
import { text } from '../../text/index.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './backups.module.css';
import type { ScheduleDraft } from './schedule-draft.ts';

const words = text.backups.policy;
const hours = Array.from({ length: 24 }, (_, hour) => hour);

interface ScheduleFieldsProps {
  readonly draft: ScheduleDraft;
  readonly onType: (change: Partial<ScheduleDraft>) => void;
}

export function ScheduleFields({ draft: { every, weekday, hour }, onType }: ScheduleFieldsProps) {
  return (
    <div className={styles['schedule']}>
      <Field label={words.every}>
        <Select
          value={every}
          onChange={({ target: { value } }) => onType({ every: value === 'day' || value === 'week' ? value : 'never' })}
        >
          <option value="never">{words.never}</option>
          <option value="day">{words.day}</option>
          <option value="week">{words.week}</option>
        </Select>
      </Field>
      {every === 'week' && (
        <Field label={words.weekday}>
          <Select value={weekday} onChange={(event) => onType({ weekday: Number(event.target.value) })}>
            {weekdayNames.map((name, day) => (
              <option key={name} value={day}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {every !== 'never' && (
        <Field label={words.hour}>
          <Select value={hour} onChange={(event) => onType({ hour: Number(event.target.value) })}>
            {hours.map((one) => (
              <option key={one} value={one}>
                {words.hourOf(one)}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </div>
  );
}
