import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { UpdatePolicy } from '../../../shared/model/update.ts';
import { useClient } from '../../live.ts';
import { askFor, useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import { findNewer, useNewest } from '../../use-newest.ts';
import { useSavedDraft } from '../../use-saved-draft.ts';
import { buildSchedule, readSchedule, type ScheduleDraft } from '../backups/schedule-draft.ts';
import { ScheduleFields } from '../backups/schedule-fields.tsx';
import styles from './updates.module.css';

const words = text.updates;

/** What runs, what is newer, what it can be taken back to, and what is done without being asked. */
export function UpdatesPanel({ instance }: { readonly instance: InstanceView }) {
  const newest = useNewest();
  const status = useStore((state) => state.statuses[instance.id]);
  const runs = status?.version ?? instance.version;
  const newer = findNewer(runs, newest);
  const { id: instanceId, wayBack, pendingUpdate } = instance;
  const canGoBack = wayBack !== undefined || pendingUpdate !== undefined;
  return (
    <Panel
      heading={words.title}
      actions={
        <>
          {canGoBack && (
            <Button size="small" onClick={() => askFor({ instanceId, what: 'rollback' })}>
              {words.rollback}
            </Button>
          )}
          <Button size="small" onClick={() => askFor({ instanceId, what: 'update' })}>
            {words.panel.look}
          </Button>
        </>
      }
    >
      {pendingUpdate !== undefined && (
        <p className={styles['unfinished']}>{words.panel.unfinished(pendingUpdate.version)}</p>
      )}
      <KeyValue
        rows={[
          {
            key: words.panel.newest,
            value: newest === undefined ? words.panel.unknown : (newer ?? words.panel.isNewest(runs)),
          },
          {
            key: words.panel.wayBack,
            value:
              wayBack === undefined
                ? words.panel.none
                : words.panel.wayBackTo(wayBack.version, formatMoment(wayBack.at)),
          },
        ]}
      />
      <PolicyForm instance={instance} />
    </Panel>
  );
}

function PolicyForm({ instance: { id: instanceId, updates: policy } }: { readonly instance: InstanceView }) {
  const client = useClient();
  const saved = useSavedDraft<UpdatePolicy, ScheduleDraft, object>(
    {
      stored: policy,
      read: (stored) => readSchedule(stored?.schedule),
      check: () => ({}),
      save: (draft) => {
        const schedule = buildSchedule(draft);
        return client.call('update.setPolicy', { instanceId, policy: schedule === undefined ? {} : { schedule } });
      },
    },
    {},
  );
  return (
    <form className={styles['form']} ref={saved.form} onSubmit={saved.save} noValidate>
      <h3 className={styles['head']}>{words.policy.title}</h3>
      <p className={styles['note']}>{words.policy.lead}</p>
      <ScheduleFields
        draft={saved.draft}
        onType={(change) => saved.type({ ...saved.draft, ...change }, (errors) => errors)}
      />
      {saved.error !== undefined && <ErrorPanel error={saved.error} />}
      <p className={styles['save']}>
        <Button type="submit" busy={saved.busy} disabled={!saved.isTyped}>
          {words.policy.save}
        </Button>
        <span role="status">{saved.isSaved && words.policy.saved}</span>
      </p>
    </form>
  );
}
