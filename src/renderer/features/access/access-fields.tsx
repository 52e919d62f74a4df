import { text } from '../../text/index.ts';
import { Field } from '../../ui/field.tsx';
import { More } from '../../ui/more.tsx';
import { Select } from '../../ui/select.tsx';
import { TypedArea, TypedInput, type FormOf } from '../../ui/typed-field.tsx';
import { usesAdvanced, type AccessDraft, type AccessMode } from './access-draft.ts';
import styles from './access-fields.module.css';

const words = text.access;
const modes: readonly AccessMode[] = ['tunnel', 'domain', 'base', 'ip'];

interface AccessFieldsProps {
  readonly within: FormOf<AccessDraft>;
  /** Of the instance: what its name below a base domain is made of. */
  readonly name: string;
  readonly autoFocus?: boolean;
}

/** How an instance is reached; the same in the wizard and where it is changed. */
export function AccessFields({ within, name, autoFocus = false }: AccessFieldsProps) {
  const { draft, errors, type } = within;
  const isOpen = draft.access !== 'tunnel';
  return (
    <div className={styles['fields']}>
      <div className={styles['pair']}>
        <Field label={words.modeLabel} hint={words.modeHints[draft.access]} error={errors.access}>
          <Select
            autoFocus={autoFocus}
            value={draft.access}
            onChange={(event) => {
              const access = modes.find((mode) => mode === event.target.value);
              if (access !== undefined) type({ access });
            }}
          >
            {modes.map((mode) => (
              <option key={mode} value={mode}>
                {words.modes[mode]}
              </option>
            ))}
          </Select>
        </Field>
        <Place within={within} name={name} />
      </div>
      {draft.access === 'base' && (
        <TypedInput
          within={within}
          field="cloudflareToken"
          label={words.cloudflare}
          hint={words.cloudflareHint}
          optional
          type="password"
          code
        />
      )}
      {isOpen && (
        <More label={words.more} open={usesAdvanced(draft, errors)}>
          <div className={styles['advanced']}>
            <Visitors within={within} />
            <Authority within={within} />
          </div>
        </More>
      )}
    </div>
  );
}

function Place({ within, name }: Pick<AccessFieldsProps, 'within' | 'name'>) {
  const { draft } = within;
  switch (draft.access) {
    case 'tunnel':
      return null;
    case 'domain':
      return (
        <TypedInput
          within={within}
          field="accessHost"
          label={words.host}
          hint={words.hostHint}
          code
          placeholder={words.hostPlaceholder}
        />
      );
    case 'base': {
      const domain = draft.baseDomain.trim();
      // of another name, what becomes of it is known when the plan is made
      const isPlain = domain !== '' && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
      return (
        <TypedInput
          within={within}
          field="baseDomain"
          label={words.domain}
          hint={isPlain ? words.domainHint(name, domain) : words.domainHintEmpty}
          code
          placeholder={words.domainPlaceholder}
        />
      );
    }
    case 'ip':
      return (
        <TypedInput
          within={within}
          field="accessAddress"
          label={words.address}
          hint={words.addressHint}
          optional
          code
          placeholder="203.0.113.7"
        />
      );
  }
}

function Visitors({ within }: Pick<AccessFieldsProps, 'within'>) {
  return (
    <fieldset className={styles['part']}>
      <legend>{words.limitsHeading}</legend>
      <p className={styles['hint']}>{words.limitsHint}</p>
      <div className={styles['pair']}>
        <TypedInput within={within} field="rate" label={words.rate} inputMode="decimal" />
        <TypedInput within={within} field="burst" label={words.burst} inputMode="numeric" />
        <TypedInput within={within} field="connections" label={words.connections} inputMode="numeric" />
        <TypedInput within={within} field="bodyMegabytes" label={words.body} inputMode="decimal" />
      </div>
      <TypedArea within={within} field="allow" label={words.allow} hint={words.allowHint} rows={2} spellCheck={false} />
    </fieldset>
  );
}

function Authority({ within }: Pick<AccessFieldsProps, 'within'>) {
  return (
    <fieldset className={styles['part']}>
      <legend>{words.authorityHeading}</legend>
      <div className={styles['pair']}>
        <TypedInput within={within} field="email" label={words.email} hint={words.emailHint} inputMode="email" />
        <TypedInput
          within={within}
          field="acmeDirectory"
          label={words.directory}
          hint={words.directoryHint}
          code
          inputMode="url"
        />
      </div>
      <TypedArea
        within={within}
        field="acmeRoot"
        label={words.root}
        hint={words.rootHint}
        rows={2}
        spellCheck={false}
      />
    </fieldset>
  );
}
