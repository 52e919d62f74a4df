import type { InstanceStatusView, InstanceView, MetricSample } from '../../../shared/contract/instance.ts';
import type { RunSnapshot } from '../../../shared/model/run.ts';
import { text } from '../../text/index.ts';
import { formatBytes, formatShare } from '../../text/measures.ts';

/** Fuller than this a disk fills up within days, and OpenClaw's database with it. */
const FULL_DISK = 0.9;
/** Fuller than this the machine begins to kill programs. */
const FULL_MEMORY = 0.94;

export type Remedy =
  | { readonly is: 'tab'; readonly tab: 'terminal' | 'logs' | 'dashboard' }
  | { readonly is: 'run'; readonly runId: string };

interface Attention {
  readonly id: string;
  readonly level: 'warn' | 'bad';
  readonly message: string;
  readonly remedy: Remedy;
  readonly button: string;
}

const t = text.instance.attention;

/** What a person should look at, the worst first. Pure. */
export function findAttention(of: {
  readonly instance: InstanceView;
  readonly status: InstanceStatusView | undefined;
  readonly sample: MetricSample | undefined;
  readonly lastRun: RunSnapshot | undefined;
}): readonly Attention[] {
  const { instance, status, sample, lastRun } = of;
  const found: Attention[] = [];
  if (status?.state === 'failed') {
    const remedy = { is: 'tab', tab: 'logs' } as const;
    found.push({ id: 'failed', level: 'bad', message: status.because || t.failed, remedy, button: t.openLogs });
  }
  if (lastRun?.status === 'failed') {
    const message = lastRun.error?.message ?? t.runFailed(text.instance.overview.runKinds[lastRun.kind]);
    found.push({ id: 'run', level: 'bad', message, remedy: { is: 'run', runId: lastRun.runId }, button: t.openRun });
  }
  const remedy = { is: 'tab', tab: 'terminal' } as const;
  if (sample !== undefined && sample.diskUsedBytes > sample.diskTotalBytes * FULL_DISK) {
    const message = t.diskFull(formatBytes(sample.diskTotalBytes - sample.diskUsedBytes));
    found.push({ id: 'disk', level: 'warn', message, remedy, button: t.openTerminal });
  }
  if (sample !== undefined && sample.memoryUsedBytes > sample.memoryTotalBytes * FULL_MEMORY) {
    const message = t.memoryFull(formatShare(sample.memoryUsedBytes / sample.memoryTotalBytes));
    found.push({ id: 'memory', level: 'warn', message, remedy, button: t.openTerminal });
  }
  if (instance.provider === undefined && status?.state === 'running') {
    const dashboard = { is: 'tab', tab: 'dashboard' } as const;
    found.push({ id: 'provider', level: 'warn', message: t.noProvider, remedy: dashboard, button: t.openDashboard });
  }
  return found;
}
