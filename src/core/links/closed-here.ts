import { AppError } from '../../shared/app-error.ts';

/** What whoever still waits for something of a link that was closed is told. */
export function closedHere(): AppError {
  return new AppError('host.connection-lost', { message: 'The link to this OpenClaw was closed.' });
}
