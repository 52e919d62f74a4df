import type { PlanKind, RunSnapshot, StepState } from '../../shared/model/run.ts';

const statuses: Readonly<Record<RunSnapshot['status'] | 'interrupted', string>> = {
  running: 'Running',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};

const stepStatuses: Readonly<Record<StepState['status'], string>> = {
  waiting: 'Waiting',
  running: 'Running',
  satisfied: 'Already in place',
  applied: 'Done',
  failed: 'Failed',
};

const kinds: Readonly<Record<PlanKind, string>> = { deploy: 'Deploy', remove: 'Remove' };

export const enRun = {
  statuses,
  stepStatuses,
  kinds,
  titles: {
    deploy: (name: string) => `Deploying ${name}`,
    remove: (name: string) => `Removing ${name}`,
  },
  endedTitles: {
    deploy: (name: string) => `Deployment of ${name}`,
    remove: (name: string) => `Removal of ${name}`,
  },
  on: (place: string) => `on ${place}`,
  steps: (done: number, all: number) => `${done} of ${all} steps`,
  progress: 'Progress of the run',
  cancel: 'Cancel',
  cancelling: 'Cancelling',
  cancelHint: 'What is done stays; deploying again goes on from there.',
  goesOn: 'You can leave this page: the run goes on, and stays in Activity.',
  output: 'Output',
  outputOf: (title: string) => `Output of ${title}`,
  copyReport: 'Copy report',
  retry: 'Retry from here',
  resume: 'Resume',
  stopped: {
    cancelled: {
      title: 'The run was cancelled',
      lead: 'What was done stays. Nothing is half-written: going on checks every step again.',
    },
    interrupted: {
      title: 'The run was interrupted',
      lead: 'Hardshell ended in the middle of it. Nothing is lost: going on checks every step again.',
    },
  },
  failedAt: (step: string) => `Stopped at “${step}”`,
  skipped: 'Not reached',
  absentTitle: 'There is no run of that name',
  absentHint: 'Its log may have been cleared away.',
  removed: 'Removed. This log stays.',
  yours: {
    title: 'It’s yours',
    lead: (name: string, place: string) => `${name} runs on ${place} and answers.`,
    dashboard: 'Open dashboard',
    terminal: 'Terminal',
    overview: 'Overview',
    next: 'What next',
    nextModel: 'Give it a model provider and a key in its dashboard, if you have not yet.',
    nextTalk: 'Say hello in the dashboard’s chat.',
    nextChannel: 'Connect a channel, so that you can write to it from your phone.',
  },
  again: {
    title: 'Go on from here',
    lead: 'Looked again: this is what is left to do.',
    asking: 'Looking at what is there now',
    go: 'Go on',
    password: 'Password',
    passphrase: 'Passphrase of the key',
    sudoPassword: 'sudo password',
    signIn: 'Sign in',
    missing: 'It was not kept when Hardshell ended. Without it, the dashboard asks for it later.',
    use: 'Use it',
  },
  activity: {
    lead: 'Every run there was, newest first.',
    filter: 'Filter by name or place',
    status: 'Status',
    all: 'All',
    none: 'Nothing has run yet',
    noneHint: 'Deploying, removing and repairing are kept here for ever after.',
    noMatch: 'No run fits the filter',
    columns: { name: 'Instance', kind: 'What', place: 'Place', started: 'Started', took: 'Took', status: 'Result' },
  },
  report: {
    head: 'Hardshell run report',
    run: 'run',
    instance: 'instance',
    place: 'place',
    who: 'who',
    started: 'started',
    took: 'took',
    result: 'result',
    error: 'error',
    hint: 'hint',
  },
};
