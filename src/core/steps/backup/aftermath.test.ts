import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStepBench, failure, type StepBench } from '../../../../test/lab/step-bench.ts';
import { sampleInstance } from '../../../../test/sample-instance.ts';
import { AppError } from '../../../shared/app-error.ts';
import type { Backup, Destination } from '../../../shared/model/backup.ts';
import { backupIdSchema, type BackupId } from '../../../shared/model/ids.ts';
import { sshTargetSchema } from '../../../shared/model/target.ts';
import type { Host } from '../../host/host.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import type { Collection } from '../../state/collection.ts';
import { liesIn, sendStep } from './aftermath.ts';
import type { BackupWork } from './backup-work.ts';
import { createRecords, MemoryVault } from './memory-vault.ts';
import type { Quarters } from './quarters.ts';

const idOf = (digit: string): BackupId => backupIdSchema.parse(`b-${digit.repeat(16)}`);
const [FIRST, SECOND] = [idOf('1'), idOf('2')];
const instance = sampleInstance();
const share: Destination = { kind: 'folder', path: '/mnt/nas/backups' };

function backupOf(id: BackupId): Backup {
  return {
    id,
    instanceId: instance.id,
    instanceName: instance.name,
    place: 'ssh',
    createdAt: `2026-11-2${id.at(-1) ?? ''}T12:00:00.000Z`,
    version: '2026.9.6',
    reason: 'schedule',
    bytes: 10,
    sha256: 'a'.repeat(64),
    encrypted: { bytes: 20, sha256: 'b'.repeat(64), recipient: 'age1x' },
    copies: [{ at: 'here', path: `/data/backups/${id}.age` }],
  };
}

let vault: MemoryVault;
let records: Collection<Backup, BackupId>;
let host: Host;
let bench: StepBench;
beforeEach(async () => {
  host = await openLocalHost();
  bench = createStepBench(host);
  vault = new MemoryVault();
  records = createRecords();
  await records.put(FIRST, backupOf(FIRST));
});
afterEach(() => host[Symbol.asyncDispose]());

function workOf(id: BackupId): BackupWork {
  // Sending is a matter between here and the place.
  const quarters = {} as Quarters;
  const noteLeft = (): Promise<void> => Promise.resolve();
  return { id, reason: 'schedule', instance, quarters, vault, records, options: {}, now: () => 0, noteLeft };
}

it('a place that did not answer gets later what it has missed, the newest first', async () => {
  vault.refusal = new AppError('backup.unreachable');
  expect(await failure(bench.apply(sendStep(workOf(FIRST), share, 0, true)))).toMatchObject({
    code: 'backup.unreachable',
  });
  vault.refusal = undefined;
  await records.put(SECOND, backupOf(SECOND));
  const step = sendStep(workOf(SECOND), share, 0, true);
  expect(await bench.check(step)).toMatchObject({ because: 'it and 1 before it do not lie there yet' });
  expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
  expect(vault.sent).toEqual([SECOND, FIRST]);
  expect((await records.get(FIRST))?.copies.map(({ path }) => path)).toContain(`/mnt/nas/backups/${FIRST}.age`);
});

it('what lies there already is not sent again; another folder or server is another place', async () => {
  const server = sshTargetSchema.parse({ kind: 'ssh', host: 'nas.lan', user: 'anna' });
  const place = { kind: 'sftp', server, path: '/volume1/backups' } as const;
  const lying = {
    ...backupOf(FIRST),
    copies: [...backupOf(FIRST).copies, { at: 'sftp', server, path: `${place.path}/x.age` }],
  };
  await records.put(FIRST, lying as Backup);
  expect(await bench.check(sendStep(workOf(FIRST), place, 0, true))).toMatchObject({ is: 'satisfied' });
  const others: Destination[] = [
    share,
    { ...place, path: '/volume1' },
    { ...place, server: { ...server, host: 'b.lan' } },
  ];
  for (const other of others)
    expect(await bench.check(sendStep(workOf(FIRST), other, 0, true))).toMatchObject({ is: 'needed' });
});

it.each([
  ['D:/Backups', 'D:\\Backups\\x.age'],
  ['D:\\', 'D:\\x.age'],
  ['//nas/share/x', '\\\\nas\\share\\x\\x.age'],
  ['/Backups', '\\Backups\\x.age'],
  ['/mnt/nas//x/', '/mnt/nas/x/x.age'],
  ['/a/./b/../c', '/a/c/x.age'],
  ['/', '/x.age'],
])('what was sent to %s lies in %s', (path, copy) => {
  expect(liesIn({ at: 'folder', path: copy }, { kind: 'folder', path })).toBe(true);
});

it('a place that is named in another way than its copies are gets nothing again', async () => {
  const server = sshTargetSchema.parse({ kind: 'ssh', host: 'nas.lan', user: 'anna' });
  const step = sendStep(workOf(FIRST), { kind: 'sftp', server, path: '//volume1/./backups' }, 0, true);
  expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
  expect(vault.sent).toEqual([FIRST]);
  expect(liesIn({ at: 'folder', path: '/mnt/nas/x.age' }, { kind: 'folder', path: '/mnt/nas/x' })).toBe(false);
});

it('nothing is sent of a backup that no longer lies here', async () => {
  await records.put(FIRST, { ...backupOf(FIRST), copies: [{ at: 'machine', path: '/srv/x' }] });
  await records.put(SECOND, backupOf(SECOND));
  await bench.run(sendStep(workOf(SECOND), share, 0, true));
  expect(vault.sent).toEqual([SECOND]);
});

it('a place for this one alone gets no other', async () => {
  await records.put(SECOND, backupOf(SECOND));
  expect(await bench.run(sendStep(workOf(SECOND), share, 0, false))).toMatchObject({ is: 'satisfied' });
  expect(vault.sent).toEqual([SECOND]);
});
