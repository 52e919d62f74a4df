import { assertNever } from '../shared/assert-never.ts';
import type { BegunRun } from './runs.ts';

/** What is said of a run's end to somebody who looks elsewhere: title and body. Pure. */
export function describeEnd(
  { instanceName, kind }: BegunRun,
  outcome: 'succeeded' | 'failed' | 'cancelled',
): [title: string, body: string] {
  const work = kind === 'deploy' ? 'deployment' : 'removal';
  switch (outcome) {
    case 'succeeded':
      return kind === 'deploy'
        ? [`${instanceName} is running`, 'OpenClaw is ready to be used.']
        : [`${instanceName} is removed`, 'What Hardshell put there is gone.'];
    case 'failed':
      return [`${instanceName}: the ${work} failed`, 'Open Hardshell to see why, and to go on from there.'];
    case 'cancelled':
      return [`${instanceName}: the ${work} was cancelled`, 'What is done stays.'];
    default:
      return assertNever(outcome);
  }
}
