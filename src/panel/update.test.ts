import { describe, expect, it } from 'vitest';
import { NEWER } from '../../test/cli/fake-updates.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';

const instanceId = 'i-0123456789abcdef';

describe('updates', () => {
  it('are looked at, of the newest or of a version', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    expect(await client.call('update.look', { instanceId })).toMatchObject({ runs: '2026.9.6', version: NEWER });
    await client.call('update.look', { instanceId, version: '2026.9.8' });
    expect(core.calls.filter(([name]) => name === 'updates.look')).toEqual([
      ['updates.look', { name: 'research', version: undefined }],
      ['updates.look', { name: 'research', version: '2026.9.8' }],
    ]);
    const refused = await client.refused('update.look', { instanceId, version: 'latest; rm' });
    expect(refused).toMatchObject({ code: 'usage.invalid' });
  });

  it('are made and taken back as changes, in the name of whoever asks', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    const draftId = 'd-abcdefgh';
    await client.call('change.preview', { draftId, instanceId, change: { kind: 'update', version: NEWER } });
    await client.call('change.preview', { draftId, instanceId, change: { kind: 'rollback' } });
    const changes = core.calls.flatMap(([name, asked]) =>
      name === 'change.preview' ? [(asked as { change: unknown }).change] : [],
    );
    expect(changes).toEqual([{ kind: 'update', version: NEWER, reason: 'asked' }, { kind: 'rollback' }]);
  });

  it('are made by themselves as the policy says', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    const policy = { schedule: { every: 'week', weekday: 0, hour: 3 } } as const;
    await client.call('update.setPolicy', { instanceId, policy });
    expect(core.calls).toContainEqual(['updates.setPolicy', { name: 'research', policy }]);
  });
});
