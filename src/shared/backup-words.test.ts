import { describe, expect, it } from 'vitest';
import { isAppError } from './app-error.ts';
import {
  describeCopy,
  describeRetention,
  describeSchedule,
  formatDestination,
  parseDestination,
} from './backup-words.ts';

describe('a destination', () => {
  it.each(['/mnt/nas/backups', 'C:\\Backups', 'sftp://anna@nas.example:2222/srv/b', 'sftp://[::1]/srv'])(
    '%s is written as it is read',
    (text) => {
      expect(formatDestination(parseDestination(text))).toBe(text);
    },
  );

  it.each([
    '',
    'nas',
    '../nas',
    'sftp://nas.example',
    'sftp://nas.example/',
    'sftp://-oProxyCommand=x/srv',
    'ftp://x/y',
  ])('%j is none', (text) => {
    expect(() => parseDestination(text)).toThrow(expect.toSatisfy((error) => isAppError(error, 'usage.invalid')));
  });

  it('never repeats a password', () => {
    expect(() => parseDestination('sftp://anna:hunter2@nas.example/srv')).not.toThrow(/hunter2/);
  });
});

it('says when, how many and where', () => {
  expect(describeSchedule({ every: 'day', hour: 3 })).toBe('every day at 03:00');
  expect(describeSchedule({ every: 'week', weekday: 6, hour: 15 })).toBe('every Saturday at 15:00');
  expect(describeRetention({ last: 1, daily: 0, weekly: 1, monthly: 6 })).toBe(
    'the last one, one a week for a week, one a month for 6 months',
  );
  expect(describeCopy({ at: 'folder', path: '/mnt/nas/a.age' })).toBe('/mnt/nas');
  expect(describeCopy({ at: 'folder', path: '/a.age' })).toBe('/a.age');
  expect(describeCopy({ at: 'sftp', server: { kind: 'ssh', host: 'nas', jumps: [] }, path: '/b/a.age' })).toBe(
    'sftp://nas/b',
  );
});
