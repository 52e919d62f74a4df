import { text } from '../../text/index.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { TypedInput } from '../../ui/typed-field.tsx';
import { LimitsFields } from '../limits/limits-fields.tsx';
import type { DraftForm } from './draft-form.tsx';
import type { ImageKind } from './draft.ts';
import styles from './wizard.module.css';

const words = text.wizard.what;
const kinds: readonly ImageKind[] = ['official', 'build', 'other'];

/** What only a container has: its image, and what it may take. */
export function ContainerFields({ form }: { readonly form: DraftForm }) {
  const { draft, type } = form;
  return (
    <div className={styles['group']}>
      <div className={styles['pair']}>
        <Field label={words.image} hint={words.imageHints[draft.imageKind]}>
          <Select
            value={draft.imageKind}
            onChange={(event) => {
              const imageKind = kinds.find((kind) => kind === event.target.value);
              if (imageKind !== undefined) type({ imageKind });
            }}
          >
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {words.images[kind]}
              </option>
            ))}
          </Select>
        </Field>
        {draft.imageKind === 'other' && (
          <TypedInput
            within={form}
            field="imageRef"
            label={words.imageRef}
            code
            placeholder="registry.example.org/openclaw:2026.9.6"
          />
        )}
      </div>
      <LimitsFields within={form} />
    </div>
  );
}
