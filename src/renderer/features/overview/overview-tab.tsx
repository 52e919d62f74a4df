import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { InstanceWatch } from '../../instance-watch.ts';
import { sortRuns } from '../../run-fold.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { formatLogin } from '../../text/place-text.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { useUptime } from '../../use-uptime.ts';
import { AttentionPanel } from './attention-panel.tsx';
import { LastRuns } from './last-runs.tsx';
import { MachinePanel } from './machine-panel.tsx';
import styles from './overview-tab.module.css';
import { TokenPanel } from './token-panel.tsx';

const t = text.instance.overview;

interface OverviewTabProps {
  readonly instance: InstanceView;
  readonly watch: InstanceWatch;
}

export function OverviewTab({ instance, watch }: OverviewTabProps) {
  const status = useStore((state) => state.statuses[instance.id]);
  const uptime = useUptime(status);
  const runs = useStore((state) => state.runs);
  const ownRuns = sortRuns(runs).filter((run) => run.instanceId === instance.id);
  const isReachable = status === undefined || (status.state !== 'unreachable' && status.state !== 'unknown');
  const exposure = instance.target.kind === 'local' ? t.exposureLocal : t.exposureServer;

  return (
    <div className={styles['overview']}>
      <AttentionPanel instance={instance} status={status} sample={watch.samples?.at(-1)} lastRun={ownRuns[0]} />
      <MachinePanel samples={watch.samples} isReachable={isReachable} />
      {watch.error !== undefined && status?.error === undefined && <ErrorPanel error={watch.error} />}
      <div className={styles['columns']}>
        <Panel heading={t.about}>
          <KeyValue
            rows={[
              { key: t.status, value: <StatusDot state={status?.state ?? 'unknown'} /> },
              { key: t.uptime, value: uptime ?? '–' },
              { key: t.version, value: text.instance.header.version(status?.version ?? instance.version) },
              { key: t.node, value: instance.nodeVersion },
              { key: t.place, value: formatLogin(instance.target) },
              { key: t.exposure, value: exposure },
              { key: t.provider, value: instance.provider ?? t.none },
              { key: t.model, value: instance.model ?? t.none },
              { key: t.account, value: formatMoment(instance.createdAt) },
            ]}
          />
        </Panel>
        <div className={styles['stack']}>
          <TokenPanel instance={instance} />
          <LastRuns runs={ownRuns} />
        </div>
      </div>
    </div>
  );
}
