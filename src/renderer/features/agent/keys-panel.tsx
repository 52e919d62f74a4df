import { Ellipsis, KeyRound, RefreshCw, Stethoscope, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ModelsView, ProviderProbe, ProviderView } from '../../../shared/model/models.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAction } from '../../use-action.ts';
import type { Asked } from '../../use-asked.ts';
import styles from './agent.module.css';
import { Answered } from './answered.tsx';
import { beginDraft, type KeyDraft } from './key-draft.ts';

const words = text.agent.keys;
const sources = { stored: words.kept, config: words.config, environment: words.environment, none: words.noKey };

interface KeysPanelProps {
  readonly instance: InstanceView;
  readonly models: Asked<ModelsView>;
  readonly onChanged: () => void;
  readonly onGive: (begin: KeyDraft) => void;
}

/** Whose keys the gateway has. None of them is ever shown. */
export function KeysPanel({ instance, models, onChanged, onGive }: KeysPanelProps) {
  const providers = models.answer?.providers ?? [];
  return (
    <Panel
      heading={words.title}
      flush
      actions={
        providers.length > 0 && (
          <Button size="small" onClick={() => onGive(beginDraft())}>
            {words.add}
          </Button>
        )
      }
    >
      <Answered asked={models}>
        {(answer) =>
          answer.providers.length === 0 ? (
            <Empty
              icon={<KeyRound size={18} aria-hidden />}
              title={words.none}
              action={
                <Button variant="primary" onClick={() => onGive(beginDraft())}>
                  {words.addFirst}
                </Button>
              }
            >
              {words.noneHint}
            </Empty>
          ) : (
            <ul>
              {answer.providers.map((provider) => (
                <KeyRow
                  key={provider.id}
                  instance={instance}
                  provider={provider}
                  onRenew={() => onGive(beginDraft(provider))}
                  onChanged={onChanged}
                />
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  );
}

interface KeyRowProps {
  readonly instance: InstanceView;
  readonly provider: ProviderView;
  readonly onRenew: () => void;
  readonly onChanged: () => void;
}

function KeyRow({ instance: { id: instanceId }, provider, onRenew, onChanged }: KeyRowProps) {
  const client = useClient();
  const action = useAction();
  const [isAsked, setIsAsked] = useState(false);
  const [probe, setProbe] = useState<ProviderProbe>();
  const { id, name, key, baseUrl, removable } = provider;
  const ask = (): void => {
    setProbe(undefined);
    void action.run(async () => setProbe(await client.call('models.probe', { instanceId, provider: id })));
  };
  const remove = (): void => {
    void action
      .run(() => client.call('models.removeKey', { instanceId, provider: id }))
      .then((wentWell) => {
        if (wentWell) onChanged();
      });
  };
  return (
    <li className={styles['row']}>
      <div className={styles['what']}>
        <p className={styles['name']}>
          {name}
          <span className={styles['dim']}>{sources[key]}</span>
        </p>
        {baseUrl !== undefined && <p className={styles['facts']}>{baseUrl}</p>}
        <p role="status" className={probe === undefined || probe.works ? styles['facts'] : styles['bad']}>
          {action.busy
            ? words.asking
            : probe !== undefined && (probe.works ? words.works(probe.latencyMs) : probe.says)}
        </p>
      </div>
      <Menu
        trigger={
          <IconButton label={words.more(name)} icon={<Ellipsis size={16} aria-hidden />} disabled={action.busy} />
        }
        items={[
          { label: words.test, icon: <Stethoscope size={14} aria-hidden />, onSelect: ask },
          { label: words.renew, icon: <RefreshCw size={14} aria-hidden />, onSelect: onRenew },
          ...(removable
            ? [{ label: words.remove, icon: <Trash2 size={14} aria-hidden />, onSelect: () => setIsAsked(true) }]
            : []),
        ]}
      />
      {action.error !== undefined && (
        <div className={styles['wide']}>
          <ErrorPanel error={action.error} />
        </div>
      )}
      <ConfirmDialog
        open={isAsked}
        title={words.removeTitle(name)}
        body={words.removeBody}
        go={words.removeGo}
        danger
        onGo={remove}
        onClose={() => setIsAsked(false)}
      />
    </li>
  );
}
