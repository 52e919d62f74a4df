import { Trash2 } from 'lucide-react';
import { useCallback, useState, type SubmitEvent } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { FoundSkill, Skill } from '../../../shared/model/workspace.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Input } from '../../ui/input.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useAction } from '../../use-action.ts';
import { useAnswer } from '../../use-asked.ts';
import styles from './agent.module.css';
import { Answered } from './answered.tsx';

const words = text.agent.skills;

interface SkillsPanelProps {
  readonly instance: InstanceView;
  readonly onChanged: () => void;
}

type Question = { readonly is: 'install' | 'remove'; readonly key: string; readonly name: string };

/** What the agent can do, what more there is, and what each lacks. */
export function SkillsPanel({ instance: { id: instanceId }, onChanged }: SkillsPanelProps) {
  const client = useClient();
  const action = useAction();
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<readonly FoundSkill[]>();
  const [asked, setAsked] = useState<Question>();
  const [renewed, setRenewed] = useState<number>();
  const ask = useCallback(() => client.call('skills.list', { instanceId }), [client, instanceId]);
  const skills = useAnswer(ask);
  const { again } = skills;
  const act = (work: () => Promise<unknown>): void => {
    setRenewed(undefined);
    void action.run(work).then((wentWell) => {
      if (!wentWell) return;
      again();
      onChanged();
    });
  };
  const search = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (query.trim() === '') return;
    void action.run(async () => setFound(await client.call('skills.search', { instanceId, query })));
  };
  const go = ({ is, key }: Question): void =>
    act(() =>
      is === 'install'
        ? client.call('skills.install', { instanceId, slug: key })
        : client.call('skills.remove', { instanceId, skill: key }),
    );
  const row = (skill: Skill) => (
    <SkillRow
      key={skill.key}
      skill={skill}
      busy={action.busy}
      onToggle={(enabled) => act(() => client.call('skills.enable', { instanceId, skill: skill.key, enabled }))}
      onRemove={() => setAsked({ is: 'remove', key: skill.key, name: skill.name })}
    />
  );
  return (
    <Panel
      heading={words.title}
      flush
      actions={
        <Button
          size="small"
          busy={action.busy}
          onClick={() => act(async () => setRenewed((await client.call('skills.update', { instanceId })).renewed))}
        >
          {words.update}
        </Button>
      }
    >
      <div className={styles['inset']}>
        <form className={styles['line']} onSubmit={search}>
          <Field label={words.search}>
            <Input value={query} onChange={(event) => setQuery(event.target.value)} />
          </Field>
          <Button type="submit" busy={action.busy}>
            {words.searchGo}
          </Button>
        </form>
        <p className={styles['note']} role="status">
          {renewed !== undefined && words.updated(renewed)}
          {found?.length === 0 && words.noneFound}
        </p>
        {action.error !== undefined && <ErrorPanel error={action.error} />}
        {found !== undefined && found.length > 0 && (
          <ul className={styles['list']} tabIndex={0} aria-label={words.search}>
            {found.map(({ slug, name, summary }) => (
              <li key={slug} className={styles['row']}>
                <span className={styles['what']}>
                  <span className={styles['name']}>{name}</span>
                  <span className={styles['facts']}>{summary}</span>
                </span>
                <Button
                  size="small"
                  disabled={action.busy}
                  aria-label={words.installOf(name)}
                  onClick={() => setAsked({ is: 'install', key: slug, name })}
                >
                  {words.install}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Answered asked={skills}>
        {(all) => {
          const first = all.filter(({ ready, bundled }) => ready || !bundled);
          return (
            <>
              {first.length === 0 && (
                <p className={`${styles['inset'] ?? ''} ${styles['note'] ?? ''}`}>{words.noneReady}</p>
              )}
              <ul aria-label={words.title}>{first.map(row)}</ul>
              {all.length > first.length && (
                <div className={styles['inset']}>
                  <More label={words.all(all.length)} open={false}>
                    <ul>{all.filter((skill) => !first.includes(skill)).map(row)}</ul>
                  </More>
                </div>
              )}
            </>
          );
        }}
      </Answered>
      {asked !== undefined && (
        <ConfirmDialog
          open
          title={asked.is === 'install' ? words.installTitle(asked.name) : words.remove(asked.name)}
          body={asked.is === 'install' ? words.installBody : words.removeBody}
          go={asked.is === 'install' ? words.install : words.removeGo}
          danger={asked.is === 'remove'}
          onGo={() => go(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Panel>
  );
}

interface SkillRowProps {
  readonly skill: Skill;
  readonly busy: boolean;
  readonly onToggle: (enabled: boolean) => void;
  readonly onRemove: () => void;
}

function SkillRow({ skill, busy, onToggle, onRemove }: SkillRowProps) {
  const { name, description, emoji = '', enabled, ready, missing, bundled } = skill;
  const state = ready ? words.ready : !enabled ? words.off : words.lacks(missing.join(', '));
  return (
    <li className={styles['row']}>
      <Switch
        label={`${emoji} ${name}`.trim()}
        hint={`${state}. ${description}`}
        checked={enabled}
        disabled={busy}
        onChange={onToggle}
      />
      {!bundled && (
        <IconButton
          label={words.remove(name)}
          icon={<Trash2 size={16} aria-hidden />}
          disabled={busy}
          onClick={onRemove}
        />
      )}
    </li>
  );
}
