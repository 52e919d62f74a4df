import type { Target } from '../../shared/model/target.ts';
import { en } from './en.ts';

/** A place in the fewest words that tell it from others. Pure. */
export function formatPlace(target: Target): string {
  return target.kind === 'local' ? en.places.local : target.host;
}
