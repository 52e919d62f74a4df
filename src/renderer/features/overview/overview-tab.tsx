import type { InstanceState, InstanceView } from '../../../shared/contract/instance.ts';
import type { InstanceWatch } from '../../instance-watch.ts';
import { findServer } from '../../../shared/model/target.ts';
import { sortRuns } from '../../run-fold.ts';
import { useStore } from '../../store.ts';
import { formatAccess } from '../../text/access-text.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { formatLogin } from '../../text/place-text.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { useKnownExposure } from '../../use-exposure.ts';
import { useUptime } from '../../use-uptime.ts';
import { GuardPanel } from '../limits/guard-panel.tsx';
import { AdoptedNote } from '../../ui/adopted-note.tsx';
import { LimitsPanel } from '../limits/limits-panel.tsx';
import { UpdatesPanel } from '../updates/updates-panel.tsx';
import { readProvider } from './attention.ts';
import { AttentionPanel } from './attention-panel.tsx';
import { LastRuns } from './last-runs.tsx';
import { MachinePanel } from './machine-panel.tsx';
import styles from './overview-tab.module.css';
import { TokenPanel } from './token-panel.tsx';

const t = text.instance.overview;

/** No figure comes from there now. */
const silentStates: ReadonlySet<InstanceState> = new Set<InstanceState>(['unreachable', 'unknown', 'suspended']);

interface OverviewTabProps {
  readonly instance: InstanceView;
  readonly watch: InstanceWatch;
}

export function OverviewTab({ instance, watch }: OverviewTabProps) {
  const status = useStore((state) => state.statuses[instance.id]);
  const uptime = useUptime(status);
  const runs = useStore((state) => state.runs);
  const allAlerts = useStore((state) => state.alerts);
  const alerts = allAlerts.filter(({ instanceId, clearedAt }) => instanceId === instance.id && clearedAt === undefined);
  const ownRuns = sortRuns(runs).filter((run) => run.instanceId === instance.id);
  const isReachable = status === undefined || !silentStates.has(status.state);
  const isContainer = instance.target.kind === 'docker';
  // a server that cannot be reached says nothing about itself
  const exposure = useKnownExposure(instance, status?.state === 'running' || status?.state === 'suspended');

  const isOwn = instance.adopted === undefined;

  return (
    <div className={styles['overview']}>
      <AttentionPanel
        instance={instance}
        status={status}
        sample={watch.samples?.at(-1)}
        lastRun={ownRuns[0]}
        exposure={exposure}
        alerts={alerts}
      />
      <MachinePanel samples={watch.samples} isReachable={isReachable} isContainer={isContainer} />
      {watch.error !== undefined && status?.error === undefined && <ErrorPanel error={watch.error} />}
      <div className={styles['columns']}>
        <div className={styles['stack']}>
          <Panel heading={t.about}>
            <KeyValue
              rows={[
                { key: t.status, value: <StatusDot state={status?.state ?? 'unknown'} /> },
                { key: t.uptime, value: uptime ?? '–' },
                { key: t.version, value: text.instance.header.version(status?.version ?? instance.version) },
                isContainer
                  ? { key: t.image, value: <ImageName image={instance.container?.image} /> }
                  : { key: t.node, value: instance.nodeVersion ?? '–' },
                { key: t.place, value: formatLogin(instance.target) },
                { key: t.exposure, value: exposure?.reachableFrom ?? guessReach(instance) },
                // what others have chosen stands under Agent
                ...(isOwn
                  ? [
                      { key: t.provider, value: readProvider(instance) ?? t.none },
                      { key: t.model, value: instance.model ?? t.none },
                    ]
                  : []),
                { key: t.account, value: formatMoment(instance.createdAt) },
              ]}
            />
          </Panel>
          {isOwn ? <GuardPanel instance={instance} /> : <AdoptedNote heading={text.import.adopted} what="guard" />}
        </div>
        <div className={styles['stack']}>
          {isContainer && isOwn && <LimitsPanel instance={instance} />}
          <TokenPanel instance={instance} />
          {isOwn ? <UpdatesPanel instance={instance} /> : <AdoptedNote heading={text.updates.title} what="update" />}
          <LastRuns runs={ownRuns} />
        </div>
      </div>
    </div>
  );
}

/** What it is meant to be, before anybody has looked. */
function guessReach(instance: InstanceView): string {
  const address = formatAccess(instance);
  if (address !== undefined) return t.exposurePublic(address);
  return findServer(instance.target) === undefined ? t.exposureLocal : t.exposureServer;
}

/** A digest is long, and its first letters tell it from others. */
function ImageName({ image = '–' }: { readonly image: string | undefined }) {
  return (
    <code title={image} className={styles['image']}>
      {image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1…')}
    </code>
  );
}
