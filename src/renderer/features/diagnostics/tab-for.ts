import type { InstanceTab } from '../../router.ts';

const tabs: Readonly<Record<string, InstanceTab>> = {
  channel: 'channels',
  telegram: 'channels',
  backup: 'backups',
  config: 'configuration',
  ingress: 'access',
};

/** Where a person mends by hand what was found: the head of a finding's id is its subject. Pure. */
export function tabFor(findingId: string): InstanceTab | undefined {
  const head = findingId.slice(0, findingId.indexOf('.'));
  return Object.hasOwn(tabs, head) ? tabs[head] : undefined;
}
