import { useState, type SubmitEvent } from 'react';
import type { AppInfo } from '../../../shared/contract/app.ts';
import { addressSchema, imageRepositorySchema } from '../../../shared/model/address.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAction } from '../../use-action.ts';
import styles from './settings-page.module.css';

const t = text.settings;
const variables = {
  npm: 'HARDSHELL_MIRROR_NPM',
  node: 'HARDSHELL_MIRROR_NODE',
  installer: 'HARDSHELL_MIRROR_INSTALLER',
  caddy: 'HARDSHELL_MIRROR_CADDY',
  docker: 'HARDSHELL_MIRROR_DOCKER',
  image: 'HARDSHELL_MIRROR_IMAGE',
} as const;
type Name = keyof typeof variables;
const names: readonly Name[] = ['npm', 'node', 'installer', 'caddy', 'docker', 'image'];

/** For networks that do not reach the makers' own servers. */
export function MirrorsPanel() {
  const mirrors = useStore((state) => state.info?.mirrors);
  return (
    <Panel heading={t.mirrors}>
      <p className={styles['lead']}>{t.mirrorsLead}</p>
      {mirrors === undefined ? <Skeleton width="60%" /> : <MirrorsForm mirrors={mirrors} />}
    </Panel>
  );
}

function MirrorsForm({ mirrors }: { readonly mirrors: AppInfo['mirrors'] }) {
  const client = useClient();
  const action = useAction();
  const [typed, setTyped] = useState<Partial<Record<Name, string>>>({});
  const [saved, setSaved] = useState(false);
  const shown = (name: Name): string => typed[name] ?? (mirrors[name].from === 'default' ? '' : mirrors[name].url);
  const problems = Object.fromEntries(names.map((name) => [name, findProblem(name, shown(name))]));
  const isChanged = Object.keys(typed).length > 0;
  const canSave = isChanged && Object.values(problems).every((problem) => problem === undefined);

  const save = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!canSave) return;
    void action.run(async () => {
      const kept = await client.call('app.setMirrors', typed);
      useStore.setState(({ info }) => (info === undefined ? {} : { info: { ...info, mirrors: kept } }));
      setTyped({});
      setSaved(true);
    });
  };
  return (
    <form className={styles['mirrors']} onSubmit={save}>
      {names.map((name) => {
        const isFixed = mirrors[name].from === 'environment';
        return (
          <Field
            key={name}
            label={t[name]}
            error={problems[name]}
            {...(isFixed ? { hint: t.mirrorFixed(variables[name]) } : {})}
          >
            <Input
              code
              type="text"
              inputMode="url"
              spellCheck={false}
              readOnly={isFixed}
              value={shown(name)}
              placeholder={mirrors[name].from === 'default' ? mirrors[name].url : ''}
              onChange={(event) => {
                setSaved(false);
                setTyped({ ...typed, [name]: event.target.value.trim() });
              }}
            />
          </Field>
        );
      })}
      {action.error !== undefined && <ErrorPanel error={action.error} />}
      <p className={styles['save']}>
        <Button type="submit" busy={action.busy} disabled={!canSave}>
          {t.mirrorsSave}
        </Button>
        <span role="status">{saved && t.mirrorsSaved}</span>
      </p>
    </form>
  );
}

function findProblem(name: Name, address: string): string | undefined {
  if (address === '') return undefined;
  // the place of an image has no scheme
  return (name === 'image' ? imageRepositorySchema : addressSchema).safeParse(address).error?.issues[0]?.message;
}
