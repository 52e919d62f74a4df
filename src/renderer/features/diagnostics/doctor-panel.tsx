import { useCallback, useEffect, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import type { DoctorDiff } from '../../../shared/model/diagnosis.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAction } from '../../use-action.ts';
import { ChangeDialog } from '../run/change-dialog.tsx';
import styles from './diagnostics.module.css';

const words = text.diagnostics.doctor;
const signs = { same: ' ', added: '+', removed: '-', gap: '…' };

interface DoctorPanelProps {
  readonly instance: InstanceView;
  /** How often the person has asked for it elsewhere on the page: each time it is shown. */
  readonly asked: number;
}

/** What OpenClaw would mend by itself, seen before it is written. */
export function DoctorPanel({ instance, asked }: DoctorPanelProps) {
  const client = useClient();
  const action = useAction();
  const [diff, setDiff] = useState<DoctorDiff>();
  const [isShown, setIsShown] = useState(false);
  /** The change that was agreed to: of the diff that was shown, and of no other. */
  const [agreed, setAgreed] = useState<ChangeView>();
  const [isOther, setIsOther] = useState(false);
  const { run } = action;
  const instanceId = instance.id;
  const show = useCallback(
    (again: boolean): void =>
      void run(async () => {
        setDiff(await client.call('diagnosis.doctorDiff', { instanceId }));
        setIsOther(again);
        setIsShown(true);
      }),
    [run, client, instanceId],
  );
  const [answered, setAnswered] = useState(asked);
  useEffect(() => {
    if (asked === answered) return;
    setAnswered(asked);
    show(false);
  }, [asked, answered, show]);
  const close = (): void => setAgreed(undefined);
  const showAgain = useCallback((): void => {
    setAgreed(undefined);
    show(true);
  }, [show]);
  return (
    <Panel heading={words.title}>
      <p className={styles['dim']}>{words.lead}</p>
      {action.error !== undefined && <ErrorPanel error={action.error} onRetry={() => show(false)} />}
      {diff?.changes === 0 && !action.busy && <p role="status">{words.nothing}</p>}
      <p className={styles['buttons']}>
        <Button busy={action.busy} onClick={() => show(false)}>
          {words.show}
        </Button>
      </p>
      {diff !== undefined && diff.changes > 0 && (
        <Dialog
          open={isShown}
          wide
          title={`${words.title}: ${words.lines(diff.changes)}`}
          onClose={() => setIsShown(false)}
          actions={
            <>
              <Button onClick={() => setIsShown(false)}>{text.common.close}</Button>
              <Button
                variant="primary"
                disabled={instance.adopted !== undefined}
                title={instance.adopted === undefined ? undefined : text.import.cannot('repair')}
                onClick={() => {
                  setIsShown(false);
                  setAgreed({ kind: 'repair', checks: ['openclaw.config'], shown: diff.digest });
                }}
              >
                {words.apply}
              </Button>
            </>
          }
        >
          {isOther && <p role="status">{words.changed}</p>}
          <div className={styles['diff']} role="group" tabIndex={0} aria-label={words.label}>
            {diff.lines.map(({ is, text: line }, index) => (
              <code key={index} data-is={is}>
                {signs[is]} {line}
              </code>
            ))}
          </div>
        </Dialog>
      )}
      {agreed !== undefined && (
        <ChangeDialog
          instance={instance}
          change={agreed}
          title={words.applyTitle}
          lead={words.applyLead}
          go={words.apply}
          cancel={text.common.cancel}
          onBack={close}
          onChanged={showAgain}
          onBegun={close}
        />
      )}
    </Panel>
  );
}
