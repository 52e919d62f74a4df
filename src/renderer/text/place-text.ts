import { formatHop, type Target } from '../../shared/model/target.ts';
import { en } from './en.ts';

/** A place in the fewest words that tell it from others. Pure. */
export function formatPlace(target: Target): string {
  return target.kind === 'local' ? en.places.local : target.host;
}

/** The same with who signs in there. Pure. */
export function formatLogin(target: Target): string {
  return target.kind === 'local' ? en.places.local : formatHop(target);
}
