import type { InstanceStatusView } from '../shared/contract/instance.ts';
import { formatDuration } from './text/measures.ts';
import { useNow } from './use-now.ts';

/** How long the gateway has been running by now, not when it was asked. */
export function useUptime(status: InstanceStatusView | undefined): string | undefined {
  const { uptimeMs, at } = status ?? {};
  const now = useNow(uptimeMs !== undefined);
  if (uptimeMs === undefined || at === undefined) return undefined;
  return formatDuration(uptimeMs + Math.max(0, now - Date.parse(at)));
}
