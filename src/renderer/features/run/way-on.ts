import type { RunSnapshot } from '../../../shared/model/run.ts';
import type { InstanceTab, Route } from '../../router.ts';
import type { Question } from '../../store.ts';
import { readOutcome } from '../../text/run-text.ts';
import { text } from '../../text/index.ts';

const words = text.run;

/** What can be done after a run that did not come to its end, and the words that say so. */
export type WayOn = { readonly label: string } & (
  | { readonly is: 'plan'; readonly of: 'deploy' | 'remove' }
  | { readonly is: 'question'; readonly what: Question['what'] }
  | { readonly is: 'page'; readonly route: Route }
);

/** Where the work of a run is seen. Pure. */
export function findTab(kind: RunSnapshot['kind']): InstanceTab {
  if (kind === 'config') return 'configuration';
  if (kind === 'repair') return 'diagnostics';
  if (kind === 'ingress' || kind === 'rotate-token' || kind === 'ssh-key') return 'access';
  return kind === 'backup' || kind === 'restore' ? 'backups' : 'overview';
}

/**
 * Only a deployment goes on where it stopped. What was asked about is asked about again; everything else is begun from the page
 * that it was begun from. Pure.
 * @param hasInstance what a removal has forgotten already cannot be removed again
 */
export function findWayOn(run: RunSnapshot, hasInstance: boolean): WayOn | undefined {
  const { kind, instanceId, place } = run;
  if (run.status !== 'failed' && run.status !== 'cancelled') return undefined;
  if (kind === 'deploy') {
    return { is: 'plan', of: kind, label: readOutcome(run) === 'failed' ? words.retry : words.resume };
  }
  if (!hasInstance) return undefined;
  switch (kind) {
    case 'remove':
      return { is: 'plan', of: kind, label: words.onceMore[kind] };
    case 'suspend':
    case 'update':
    case 'rollback':
      return { is: 'question', what: kind, label: words.onceMore[kind] };
    case 'import':
      return { is: 'page', route: { page: 'import', place }, label: words.onceMore[kind] };
    default: {
      const tab = findTab(kind);
      const label = tab === 'overview' ? words.toInstance : words.toTab(text.instance.tabs[tab]);
      return { is: 'page', route: { page: 'instance', instanceId, tab }, label };
    }
  }
}
