import type { InstanceStatusView, InstanceView, MetricSample } from '../../../shared/contract/instance.ts';
import type { ExposureReportView } from '../../../shared/contract/operation.ts';
import { alertTitles } from '../../../shared/alert-words.ts';
import type { Alert, AlertKind } from '../../../shared/model/alert.ts';
import type { RunSnapshot } from '../../../shared/model/run.ts';
import { text } from '../../text/index.ts';
import { formatBytes, formatShare } from '../../text/measures.ts';

/** Fuller than this a disk fills up within days, and OpenClaw's database with it. */
const FULL_DISK = 0.9;
/** Fuller than this the machine begins to kill programs. */
const FULL_MEMORY = 0.94;

export type Remedy =
  | { readonly is: 'tab'; readonly tab: 'terminal' | 'logs' | 'dashboard' | 'agent' | 'access' | 'backups' }
  | { readonly is: 'run'; readonly runId: string };

interface Attention {
  readonly id: string;
  readonly level: 'warn' | 'bad';
  readonly message: string;
  readonly remedy: Remedy;
  readonly button: string;
}

const t = text.instance.attention;

/** Where something can be done about it. What the header of the page says already has none. */
const alertRemedies: Readonly<
  Partial<Record<AlertKind, { readonly remedy: Remedy; readonly button: string; readonly same?: string }>>
> = {
  'restart-loop': { remedy: { is: 'tab', tab: 'logs' }, button: t.openLogs, same: 'failed' },
  disk: { remedy: { is: 'tab', tab: 'terminal' }, button: t.openTerminal, same: 'disk' },
  memory: { remedy: { is: 'tab', tab: 'terminal' }, button: t.openTerminal, same: 'memory' },
  certificate: { remedy: { is: 'tab', tab: 'access' }, button: t.openAccess },
  backup: { remedy: { is: 'tab', tab: 'backups' }, button: t.openBackups, same: 'run' },
  exposure: { remedy: { is: 'tab', tab: 'access' }, button: t.openAccess, same: 'exposure' },
  spend: { remedy: { is: 'tab', tab: 'dashboard' }, button: t.openDashboard },
};

/** Whose models answer: a model that is chosen names its provider. Undefined: none was set here. Pure. */
export function readProvider({ provider, model }: Pick<InstanceView, 'provider' | 'model'>): string | undefined {
  return provider ?? model?.split('/')[0];
}

/** What a person should look at, the worst first. Pure. */
export function findAttention(of: {
  readonly instance: InstanceView;
  readonly status: InstanceStatusView | undefined;
  readonly sample: MetricSample | undefined;
  readonly lastRun: RunSnapshot | undefined;
  /** Undefined: nobody has looked. */
  readonly exposure?: ExposureReportView | undefined;
  /** Of this instance, those that are over left out. */
  readonly alerts?: readonly Alert[];
}): readonly Attention[] {
  const { instance, status, sample, lastRun, exposure, alerts = [] } = of;
  const found: Attention[] = [];
  if (status?.state === 'failed') {
    const remedy = { is: 'tab', tab: 'logs' } as const;
    found.push({ id: 'failed', level: 'bad', message: status.because || t.failed, remedy, button: t.openLogs });
  }
  if (lastRun?.status === 'failed') {
    const message = lastRun.error?.message ?? t.runFailed(text.instance.overview.runKinds[lastRun.kind]);
    found.push({ id: 'run', level: 'bad', message, remedy: { is: 'run', runId: lastRun.runId }, button: t.openRun });
  }
  const open = exposure?.findings.find(({ level }) => level === 'bad');
  if (open !== undefined) {
    const access = { is: 'tab', tab: 'access' } as const;
    const message = `${t.exposed} ${open.because}`;
    found.push({ id: 'exposure', level: 'bad', message, remedy: access, button: t.openAccess });
  }
  const remedy = { is: 'tab', tab: 'terminal' } as const;
  // of a container's volumes nobody knows how large they may become
  const hasTotal = sample !== undefined && sample.diskTotalBytes > 0;
  if (hasTotal && sample.diskUsedBytes > sample.diskTotalBytes * FULL_DISK) {
    const message = t.diskFull(formatBytes(sample.diskTotalBytes - sample.diskUsedBytes));
    found.push({ id: 'disk', level: 'warn', message, remedy, button: t.openTerminal });
  }
  if (sample !== undefined && sample.memoryUsedBytes > sample.memoryTotalBytes * FULL_MEMORY) {
    const message = t.memoryFull(formatShare(sample.memoryUsedBytes / sample.memoryTotalBytes));
    found.push({ id: 'memory', level: 'warn', message, remedy, button: t.openTerminal });
  }
  if (readProvider(instance) === undefined && instance.adopted === undefined && status?.state === 'running') {
    const agent = { is: 'tab', tab: 'agent' } as const;
    found.push({ id: 'provider', level: 'warn', message: t.noProvider, remedy: agent, button: t.openAgent });
  }
  for (const { kind, level, because } of alerts) {
    const shown = alertRemedies[kind];
    // what the page has seen by itself is not said twice
    if (shown === undefined || found.some(({ id }) => id === shown.same)) continue;
    const message = `${alertTitles[kind]}. ${because}`;
    found.push({ id: `alert-${kind}`, level, message, remedy: shown.remedy, button: shown.button });
  }
  return found.toSorted((a, b) => Number(a.level === 'warn') - Number(b.level === 'warn'));
}
