import { formatConfigPath, REDACTED, type ConfigChange } from '../../../shared/model/configuration.ts';
import { text } from '../../text/index.ts';
import styles from './configuration.module.css';

const words = text.configuration.changes;

/** What is different, setting by setting: for those who do not read braces. */
export function ChangeList({ changes }: { readonly changes: readonly ConfigChange[] }) {
  if (changes.length === 0) return null;
  return (
    <ul className={styles['changes']} aria-label={words.label}>
      {changes.map((change) => {
        const name = formatConfigPath(change.path);
        return (
          <li key={name} className={styles['change']}>
            <code>{name}</code>
            <span className={styles['values']}>
              <Value value={change.before} isOld />
              <span aria-hidden>→</span>
              {change.isSecret && JSON.stringify(change.before) === JSON.stringify(change.after) ? (
                <em>{words.otherSecret}</em>
              ) : (
                <Value value={change.after} />
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Value({ value, isOld = false }: { readonly value: unknown; readonly isOld?: boolean }) {
  if (value === undefined) return <em>{isOld ? words.unset : words.removed}</em>;
  if (value === REDACTED) return <em>{words.secret}</em>;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return isOld ? <del>{shown}</del> : <ins>{shown}</ins>;
}
