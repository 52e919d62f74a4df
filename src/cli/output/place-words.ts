import { findServer, formatTarget, type Target } from '../../shared/model/target.ts';
import { texts } from '../text.ts';

/** What is said while the way to a place is opened. Pure. */
export function waitingFor(target: Target): string {
  if (target.kind === 'local') return texts.looking;
  return findServer(target) === undefined ? texts.lookingAtEngine : texts.connecting(formatTarget(target));
}

/** A place within a sentence. Pure. */
export function nameOfPlace(target: Target): string {
  if (target.kind === 'local') return texts.thisComputer;
  return findServer(target) === undefined ? texts.thisEngine : formatTarget(target);
}
