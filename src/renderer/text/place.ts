import type { InstanceView } from '../../shared/contract/instance.ts';
import { formatHop } from '../../shared/model/target.ts';
import { text } from './index.ts';

/** Where it lives, as a person says it. Pure. */
export function formatPlace(instance: InstanceView): string {
  return instance.target.kind === 'local' ? text.places.local : formatHop(instance.target);
}
