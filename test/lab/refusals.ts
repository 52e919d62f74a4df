import { expect } from 'vitest';
import type { ErrorCode } from '../../src/shared/app-error.ts';
import type { Ended } from './person.ts';
import type { LabServer } from './server.ts';
import type { ChangeMark } from './server-changes.ts';
import { listLeftovers } from './server-traces.ts';

export interface ExpectedEnd {
  readonly code: ErrorCode;
  readonly exit: 1 | 3;
  /** Words of the sentence and of the hint that a person needs. */
  readonly message: RegExp;
  readonly hint: RegExp;
}

/** The command line ended as a script and a person can rely on. */
export function expectFailure(ended: Ended, { code, exit, message, hint }: ExpectedEnd): void {
  expect({ error: ended.error?.code, exit: ended.code }, `${ended.stdout}${ended.stderr}`).toEqual({
    error: code,
    exit,
  });
  expect(ended.result).toMatchObject({ ok: false, exitCode: exit });
  expect(ended.error?.message).toMatch(message);
  expect(ended.error?.hint).toMatch(hint);
}

/** Nothing was begun: no lease, no command group, no half file, and the disk is as it was. */
export async function expectUntouched(server: LabServer, mark: ChangeMark): Promise<void> {
  expect(await mark.changed()).toEqual([]);
  await expectNoLeftovers(server);
}

/** What was begun has been put away: no lease, no command group, no half file. */
export async function expectNoLeftovers(server: LabServer): Promise<void> {
  expect(await listLeftovers(server)).toEqual([]);
}
