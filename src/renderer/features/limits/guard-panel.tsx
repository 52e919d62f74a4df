import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { Guard, GuardRule } from '../../../shared/model/guard.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useSavedDraft } from '../../use-saved-draft.ts';
import {
  buildGuard,
  checkGuard,
  guardRules,
  listRules,
  readGuard,
  type GuardDraft,
  type GuardErrors,
  type RuleDraft,
} from './guard-draft.ts';
import styles from './limits.module.css';
import { Prose } from '../../ui/prose.tsx';

const words = text.limits.guard;

interface RuleWords {
  readonly above: string;
  /** Absent: it has no window. */
  readonly minutes?: string;
  readonly hint?: string;
}

const ruleWords: Readonly<Record<GuardRule, RuleWords>> = {
  cpu: { above: words.above, minutes: words.minutes },
  memory: { above: words.above, minutes: words.minutes },
  restarts: { above: words.aboveCount, minutes: words.within },
  requests: { above: words.aboveCount, minutes: words.within, hint: words.requestsHint },
  disk: { above: words.aboveDisk },
};

/** What suspends an instance by itself. */
export function GuardPanel({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const { id: instanceId, guard } = instance;
  const saved = useSavedDraft<Guard, GuardDraft, GuardErrors>(
    {
      stored: guard,
      read: readGuard,
      check: checkGuard,
      save: (draft) => client.call('guard.set', { instanceId, guard: buildGuard(draft) }),
    },
    {},
  );
  const { draft, errors } = saved;
  const type = (rule: GuardRule, change: Partial<RuleDraft>): void =>
    saved.type({ ...draft, [rule]: { ...draft[rule], ...change } }, (before) => ({ ...before, [rule]: {} }));

  return (
    <Panel heading={words.title}>
      <p className={styles['lead']}>
        <Prose>{words.lead}</Prose>
      </p>
      {guardRules.every((rule) => !draft[rule].on) && <p className={styles['lead']}>{words.off}</p>}
      <form className={styles['form']} ref={saved.form} onSubmit={saved.save} noValidate>
        {listRules(instance).map((rule) => (
          <Rule
            key={rule}
            rule={rule}
            draft={draft[rule]}
            errors={errors[rule] ?? {}}
            onType={(change) => type(rule, change)}
          />
        ))}
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

interface RuleProps {
  readonly rule: GuardRule;
  readonly draft: RuleDraft;
  readonly errors: Readonly<Partial<Record<'above' | 'minutes', string>>>;
  readonly onType: (change: Partial<RuleDraft>) => void;
}

function Rule({ rule, draft, errors, onType }: RuleProps) {
  const { above, minutes, hint } = ruleWords[rule];
  return (
    <div>
      <Switch
        label={words.rules[rule]}
        {...(hint === undefined ? {} : { hint })}
        checked={draft.on}
        onChange={(on) => onType({ on })}
      />
      {draft.on && (
        <div className={styles['fields']}>
          <Field label={above} error={errors.above}>
            <Input
              inputMode="decimal"
              value={draft.above}
              onChange={(event) => onType({ above: event.target.value })}
            />
          </Field>
          {minutes !== undefined && (
            <Field label={minutes} error={errors.minutes}>
              <Input
                inputMode="decimal"
                value={draft.minutes}
                onChange={(event) => onType({ minutes: event.target.value })}
              />
            </Field>
          )}
        </div>
      )}
    </div>
  );
}
