import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import type { DraftForm } from './draft-form.tsx';

const words = text.wizard.what;
type Versions = CallOutput<'deployment.versions'>;

export function VersionField({ form: { draft, errors, type } }: { readonly form: DraftForm }) {
  const client = useClient();
  const [versions, setVersions] = useState<Versions | 'unknown'>();
  useEffect(() => {
    client.call('deployment.versions', {}).then(setVersions, () => setVersions('unknown'));
  }, [client]);
  const known = versions === undefined || versions === 'unknown' ? { tags: {}, newest: [] } : versions;
  const { latest, ...tags } = known.tags as Readonly<Record<string, string>>;
  const others = Object.entries(tags);
  const isListed =
    draft.version === '' || known.newest.includes(draft.version) || Object.values(tags).includes(draft.version);
  return (
    <Field
      label={words.version}
      error={errors.version}
      {...(versions === 'unknown' ? { hint: words.versionUnknown } : {})}
    >
      <Select value={draft.version} onChange={(event) => type({ version: event.target.value })}>
        <option value="">{words.versionNewest(latest)}</option>
        {!isListed && <option value={draft.version}>{draft.version}</option>}
        {others.length > 0 && (
          <optgroup label={words.tags}>
            {others.map(([tag, version]) => (
              <option key={tag} value={version}>
                {words.versionTag(tag, version)}
              </option>
            ))}
          </optgroup>
        )}
        {known.newest.length > 0 && (
          <optgroup label={words.exact}>
            {known.newest
              .filter((version) => !others.some(([, tagged]) => tagged === version))
              .map((version) => (
                <option key={version} value={version}>
                  {version}
                </option>
              ))}
          </optgroup>
        )}
      </Select>
    </Field>
  );
}
