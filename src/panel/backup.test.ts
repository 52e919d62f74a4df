import { describe, expect, it } from 'vitest';
import { BACKUP_ID, RECOVERY_KEY } from '../../test/cli/fake-backups.ts';
import { MARKER } from '../../test/panel/fake-core.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';
import { AppError } from '../shared/app-error.ts';

const instanceId = 'i-0123456789abcdef';
const backupId = BACKUP_ID;
const folder = { kind: 'folder', path: '/mnt/nas' } as const;

describe('backups', () => {
  it('are listed, read back and removed, and told of when another door makes one', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    expect(await client.call('backup.list', {})).toMatchObject([{ id: backupId, instanceName: 'research' }]);
    expect(await client.call('backup.verify', { backupId })).toMatchObject({ verifiedAt: '2026-09-20T12:00:00.000Z' });
    await client.call('backup.remove', { backupId });
    expect(await client.call('backup.list', {})).toEqual([]);
    expect(client.events('backup.listChanged')).toEqual([]);
    core.change('backups');
    expect(client.events('backup.listChanged')).toHaveLength(1);
  });

  it('are made and put back as changes, in the name of whoever asks', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    const draftId = 'd-abcdefgh';
    await client.call('change.preview', { draftId, instanceId, change: { kind: 'backup' } });
    await client.call('change.preview', { draftId, instanceId, change: { kind: 'restore', backup: backupId } });
    const changes = core.calls.flatMap(([name, asked]) =>
      name === 'change.preview' ? [(asked as { change: unknown }).change] : [],
    );
    expect(changes).toEqual([
      { kind: 'backup', reason: 'asked' },
      { kind: 'restore', backup: backupId },
    ]);
  });

  it('go where the policy says; a place is tried with what signs in there, which nothing repeats', async () => {
    const failure = new AppError('backup.denied', { details: { said: `not ${MARKER}-ssh` } });
    const { core, connect } = openTestPanel({ backupFailure: failure });
    const client = connect();
    await client.call('backup.setPolicy', { instanceId, policy: { destinations: [folder] } });
    expect(core.calls).toContainEqual([
      'backups.setPolicy',
      {
        name: 'research',
        policy: { keep: { last: 7, daily: 7, weekly: 4, monthly: 6 }, destinations: [folder] },
      },
    ]);
    const secrets = { sshPassword: `${MARKER}-ssh` };
    const error = await client.refused('backup.tryDestination', { destination: folder, secrets });
    expect(error).toMatchObject({ code: 'backup.denied' });
    const [, tried] = core.calls.find(([name]) => name === 'backups.tryDestination') ?? [];
    const { options } = tried as { options: { secrets: { sshPassword: { reveal(): string } } } };
    expect(options.secrets.sshPassword.reveal()).toBe(`${MARKER}-ssh`);
    expect(JSON.stringify(client.messages)).not.toContain(MARKER);
  });

  it('of another Hardshell are taken over with its key', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    await client.call('backup.adopt', { from: folder, secrets: { backupKey: RECOVERY_KEY } });
    expect(core.calls).toContainEqual(['backups.adopt', { from: folder, key: RECOVERY_KEY }]);
    expect(JSON.stringify(client.messages)).not.toContain(RECOVERY_KEY);
    expect(await client.refused('backup.adopt', { from: folder, secrets: { backupKey: 'x' } })).toMatchObject({
      code: 'usage.invalid',
    });
  });
});

describe('the recovery sheet', () => {
  it('leaves in the reply to who confirmed, and in no other message', async () => {
    const client = openTestPanel().connect();
    expect(await client.refused('recovery.reveal', { confirmed: false })).toMatchObject({ code: 'usage.invalid' });
    expect(JSON.stringify(client.messages)).not.toContain(RECOVERY_KEY);
    expect((await client.call('recovery.reveal', { confirmed: true })).text).toContain(RECOVERY_KEY);
  });

  it('goes past the page into a file where the door writes one', async () => {
    const written: [string, string][] = [];
    const saving = openTestPanel(
      {},
      {
        saveSecret(name, secret) {
          written.push([name, secret.reveal()]);
          return Promise.resolve(true);
        },
      },
    );
    const client = saving.connect();
    expect(await client.call('app.info', {})).toMatchObject({ savesSecrets: true });
    expect(await client.call('recovery.save', { confirmed: true })).toEqual({ saved: true });
    expect(written).toEqual([['hardshell-recovery-sheet.txt', expect.stringContaining(RECOVERY_KEY)]]);
    expect(JSON.stringify(client.messages)).not.toContain(RECOVERY_KEY);
    const other = openTestPanel().connect();
    expect(await other.call('app.info', {})).toMatchObject({ savesSecrets: false });
    expect(await other.refused('recovery.save', { confirmed: true })).toMatchObject({ code: 'usage.invalid' });
  });
});
