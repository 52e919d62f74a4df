import type { CallName, CallOutput, CallRequest } from '../../src/shared/contract/contract.ts';
import { backupSchema, type Backup } from '../../src/shared/model/backup.ts';
import { now } from './fake-data.ts';

type BackupCall = Extract<CallName, `backup.${string}` | `recovery.${string}`>;
type Handlers = { readonly [N in BackupCall]: (input: CallRequest<N>) => CallOutput<N> };

const HOUR_MS = 3_600_000;
const SHA256 = '5f'.repeat(32);
const nas = { kind: 'ssh' as const, host: 'nas.example.org', user: 'anna', jumps: [] };

const make = (number: number, hoursAgo: number, more: Record<string, unknown> = {}): Backup =>
  backupSchema.parse({
    id: `b-${String(number).padStart(16, '0')}`,
    instanceId: 'i-aaaaaaaaaaaaaaaa',
    instanceName: 'atlas',
    place: 'ssh',
    createdAt: new Date(now - hoursAgo * HOUR_MS).toISOString(),
    version: '2026.9.6',
    reason: 'schedule',
    bytes: 51_000_000 - number * 700_000,
    sha256: SHA256,
    encrypted: { bytes: 51_020_000 - number * 700_000, sha256: SHA256, recipient: 'age1invented0recipient' },
    copies: [
      { at: 'machine', path: '/home/openclaw/.openclaw-backups/atlas.tar.gz' },
      { at: 'here', path: '/home/anna/.local/share/hardshell/backups/atlas.age' },
      { at: 'sftp', server: nas, path: '/volume1/hardshell/atlas.age' },
    ],
    verifiedAt: new Date(now - hoursAgo * HOUR_MS + 60_000).toISOString(),
    ...more,
  });

/** Of the first instance, newest first, and one of an instance that is gone. */
const backups: readonly Backup[] = [
  make(1, 5),
  make(2, 20, { reason: 'update', pinned: true, version: '2026.9.5' }),
  make(3, 29, { verifiedAt: undefined }),
  make(4, 53, { reason: 'asked', copies: [{ at: 'folder', path: '/mnt/nas/hardshell/2026/atlas.age' }] }),
  make(5, 900, { instanceId: 'i-9999999999999999', instanceName: 'old-laptop', place: 'local', version: '2026.8.30' }),
];

/** As the query says: `look=unreachable`, a copy that nobody answers for; `look=no-backups`, none at all. */
export function createBackupHandlers(look: string, refuse: (code: 'unreachable' | 'host-key') => never): Handlers {
  let kept = look === 'no-backups' ? [] : backups;
  return {
    'backup.list': () => [...kept],
    'backup.verify': ({ backupId }) => {
      if (look === 'unreachable') refuse('unreachable');
      const found = kept.find(({ id }) => id === backupId);
      if (found === undefined) throw new Error('There is no such backup.');
      return { ...found, verifiedAt: new Date(now).toISOString() };
    },
    'backup.remove': ({ backupId }) => {
      kept = kept.filter(({ id }) => id !== backupId);
      return null;
    },
    'backup.setPolicy': () => null,
    'backup.tryDestination': ({ destination, trustHostKeys }) => {
      if (destination.kind === 'sftp' && trustHostKeys.length === 0) refuse('host-key');
      return null;
    },
    'backup.adopt': () => backups.slice(3),
    'recovery.reveal': () => ({
      recipient: 'age1invented0recipient',
      text: 'Recovery sheet of Hardshell\nMade on 20 September 2026 on anna@laptop\n\nKey:\nAGE-SECRET-KEY-1INVENTED0INVENTED0INVENTED0INVENTED0INVENTED0INVENTED0\n\nIt opens what was encrypted to:\nage1invented0recipient\n',
    }),
    'recovery.save': () => ({ saved: true }),
  };
}
