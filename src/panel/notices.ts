import type { PlanKind } from '../shared/model/run.ts';
import type { BegunRun } from './runs.ts';

interface Words {
  /** What failed, or was cancelled. */
  readonly work: string;
  readonly done: (name: string) => [title: string, body: string];
}

const words: Readonly<Record<PlanKind, Words>> = {
  deploy: { work: 'deployment', done: (name) => [`${name} is running`, 'OpenClaw is ready to be used.'] },
  remove: { work: 'removal', done: (name) => [`${name} is removed`, 'What Hardshell put there is gone.'] },
  limits: { work: 'change of limits', done: (name) => [`${name} has new limits`, 'They are in force.'] },
  ingress: { work: 'change of access', done: (name) => [`${name} is reached in a new way`, 'Its page says how.'] },
  suspend: { work: 'suspension', done: (name) => [`${name} is suspended`, 'Nothing but you starts it again.'] },
  resume: { work: 'resumption', done: (name) => [`${name} is running again`, 'It is not suspended any more.'] },
  backup: { work: 'backup', done: (name) => [`${name} is backed up`, 'The backup was read back and is whole.'] },
  config: { work: 'configuration', done: (name) => [`${name} is configured`, 'It counts when it starts.'] },
  repair: { work: 'repair', done: (name) => [`${name} is repaired`, 'What was wrong was looked at again.'] },
  'rotate-token': {
    work: 'change of its token',
    done: (name) => [`${name} has a new token`, 'The old one is refused.'],
  },
  'ssh-key': {
    work: 'change of its login',
    done: (name) => [`The login of ${name} is changed`, 'It was seen to work.'],
  },
  import: { work: 'adoption', done: (name) => [`${name} is adopted`, 'Nothing was changed where it runs.'] },
  restore: { work: 'restore', done: (name) => [`${name} is restored`, 'It runs on what the backup held.'] },
  update: { work: 'update', done: (name) => [`${name} is updated`, 'The newer version serves, and was looked over.'] },
  forget: {
    work: 'removal of what was left',
    done: (name) => [`${name} has more room`, 'The state that was left is gone.'],
  },
  rollback: { work: 'rollback', done: (name) => [`${name} is rolled back`, 'The version before serves again.'] },
};

/** What is said of a run's end to somebody who looks elsewhere: title and body. Pure. */
export function describeEnd(
  { instanceName, kind }: BegunRun,
  outcome: 'succeeded' | 'failed' | 'cancelled',
): [title: string, body: string] {
  const { work, done } = words[kind];
  switch (outcome) {
    case 'succeeded':
      return done(instanceName);
    case 'failed':
      return [`${instanceName}: the ${work} failed`, 'Open Hardshell to see why, and to go on from there.'];
    case 'cancelled':
      return [`${instanceName}: the ${work} was cancelled`, 'What is done stays.'];
  }
}
