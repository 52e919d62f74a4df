import { expect, it } from 'vitest';
import { judgeConnections } from './connection-floor.ts';

it('warns of a limit under which no page would load', () => {
  const judge = (connections?: number) =>
    judgeConnections({ limits: connections === undefined ? {} : { connections } });
  expect([judge(), judge(10), judge(200)]).toEqual([[], [], []]);
  expect(judge(3)).toMatchObject([{ level: 'warn', because: expect.stringContaining('With 3 of them') as string }]);
});
