import { useCallback, useState } from 'react';
import { CircleCheck } from 'lucide-react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import { listSafeRepairs, sortFindings, type DiagnosisFinding } from '../../../shared/model/diagnosis.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { ChangeDialog } from '../run/change-dialog.tsx';
import { isAllFine } from './all-fine.ts';
import { BundlePanel } from './bundle-panel.tsx';
import styles from './diagnostics.module.css';
import { DoctorPanel } from './doctor-panel.tsx';
import { FindingRow } from './finding-row.tsx';

const words = text.diagnostics;

/** What is wrong with an instance, the worst first; what takes seconds comes in after the rest. */
export function DiagnosticsTab({ instance }: { readonly instance: InstanceView }) {
  const { id: instanceId, lastRun } = instance;
  const client = useClient();
  const lookQuickly = useCallback(
    () => client.call('diagnosis.look', { instanceId, depth: 'quick' }),
    [client, instanceId],
  );
  const lookSlowly = useCallback(
    () => client.call('diagnosis.look', { instanceId, depth: 'slow' }),
    [client, instanceId],
  );
  const quick = useAnswer(lookQuickly, lastRun);
  const slow = useAnswer(lookSlowly, lastRun);
  const [repair, setRepair] = useState<ChangeView>();
  const close = (): void => setRepair(undefined);
  const mend = (checks: string[]): void => setRepair({ kind: 'repair', checks });
  const [doctorAsked, setDoctorAsked] = useState(0);
  /** What OpenClaw's doctor would write is seen first. */
  const fix = ({ id, fix: mends }: DiagnosisFinding): void =>
    mends?.id === 'doctor' ? setDoctorAsked((count) => count + 1) : mend([id]);

  const findings = sortFindings([...(quick.answer?.findings ?? []), ...(slow.answer?.findings ?? [])]);
  const wrong = findings.filter(({ level }) => level !== 'ok');
  const fine = findings.filter(({ level }) => level === 'ok');
  const safe = listSafeRepairs(findings);
  const isBusy = quick.asking || slow.asking;
  const error = quick.error ?? slow.error;
  const again = (): void => {
    quick.again();
    slow.again();
  };
  const row = (finding: DiagnosisFinding) => (
    <FindingRow key={finding.id} instanceId={instanceId} finding={finding} onFix={() => fix(finding)} />
  );

  return (
    <div className={styles['page']}>
      <div className={styles['columns']}>
        <Panel
          heading={words.title}
          flush
          actions={
            <>
              <Button size="small" busy={isBusy} onClick={again}>
                {words.check}
              </Button>
              {safe.length > 0 && (
                <Button size="small" variant="primary" onClick={() => mend(safe)}>
                  {words.repair(safe.length)}
                </Button>
              )}
            </>
          }
        >
          <p className={styles['summary']} role="status">
            {isBusy
              ? quick.asking
                ? `${words.checking}…`
                : words.slow
              : quick.answer !== undefined && words.at(formatMoment(quick.answer.at))}
          </p>
          {error !== undefined && (
            <div className={styles['inset']}>
              <ErrorPanel error={error} onRetry={again} />
            </div>
          )}
          {findings.length === 0 && error === undefined && (
            <div className={styles['inset']}>
              <Skeleton width="65%" />
              <Skeleton width="50%" />
            </div>
          )}
          {isAllFine([quick, slow]) && (
            <Empty icon={<CircleCheck size={18} aria-hidden />} title={words.allFine}>
              {words.allFineHint}
            </Empty>
          )}
          {wrong.length > 0 && <ul aria-label={words.attention(wrong.length)}>{wrong.map(row)}</ul>}
          {fine.length > 0 && (
            <div className={styles['fine']}>
              <More label={words.fine(fine.length)} open={false}>
                <ul>{fine.map(row)}</ul>
              </More>
            </div>
          )}
        </Panel>
        <div className={styles['stack']}>
          <DoctorPanel key={lastRun} instance={instance} asked={doctorAsked} />
          <BundlePanel instance={instance} />
        </div>
      </div>
      {repair !== undefined && (
        <ChangeDialog
          instance={instance}
          change={repair}
          title={words.repairTitle(instance.name)}
          lead={words.repairLead}
          go={words.repairGo}
          cancel={text.common.cancel}
          onBack={close}
          onBegun={close}
        />
      )}
    </div>
  );
}
