import { describe, expect, it } from 'vitest';
import { EXPOSURE, INGRESS, MARKER } from '../../test/panel/fake-core.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';
import { AppError } from '../shared/app-error.ts';

const instanceId = 'i-0123456789abcdef';
const change = { kind: 'limits', limits: { memoryBytes: 3 * 1024 ** 3, cpus: 1.5 } } as const;

describe('what is asked of an instance that is there', () => {
  it('is shown before it is begun, with the secrets that it needs', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    const secrets = { cloudflareToken: `${MARKER}-cloudflare` };
    const { previewId } = await client.call('change.preview', { draftId: 'd-abcdefgh', instanceId, change, secrets });
    const { runId } = await client.call('change.start', { previewId });
    expect(runId).toMatch(/^r-/);
    const [, asked] = core.calls.find(([name]) => name === 'change.preview') ?? [];
    expect(asked).toMatchObject({ name: 'research', change });
    const { options } = asked as { options: { secrets: { cloudflareToken: { reveal(): string } } } };
    expect(options.secrets.cloudflareToken.reveal()).toBe(secrets.cloudflareToken);
    expect(JSON.stringify(client.messages)).not.toContain(MARKER);
  });

  it('suspends at once, in the name of a person, and resumes', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    await client.call('instance.suspend', { instanceId, because: 'It ran wild' });
    await client.call('instance.suspend', { instanceId });
    await client.call('instance.resume', { instanceId });
    const reasons = core.calls.flatMap(([name, asked]) =>
      name === 'suspend' ? [(asked as { reason: unknown }).reason] : [],
    );
    expect(reasons).toEqual([
      { by: 'person', because: 'It ran wild' },
      { by: 'person', because: 'Suspended by hand' },
    ]);
    expect(core.calls.map(([name]) => name)).toContain('resume');
  });

  it('says how it is reached, and what is open, as JSON', async () => {
    const client = openTestPanel().connect();
    const { problem, ...said } = INGRESS;
    expect(await client.call('ingress.status', { instanceId })).toEqual({ ...said, problem: problem?.toReport() });
    expect(await client.call('exposure.check', { instanceId })).toEqual({
      ...EXPOSURE,
      at: new Date(EXPOSURE.at).toISOString(),
    });
  });

  it('knows of the key of a server without asking it, and refuses a wish that makes no sense', async () => {
    const client = openTestPanel().connect();
    expect(await client.call('ssh-key.read', { instanceId })).toEqual({ sharedWith: [] });
    for (const wish of [
      { key: 'remove', passwords: 'off' },
      { key: 'install', passwords: 'maybe' },
    ] as const)
      expect(
        await client.refused('change.preview', {
          draftId: 'd-abcdefgh',
          instanceId,
          change: { kind: 'ssh-key', wish: wish as never },
        }),
      ).toMatchObject({ code: 'usage.invalid' });
  });

  it('hands a guard on, and refuses one that makes no sense', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    const guard = { cpu: { abovePercent: 90, forSeconds: 300 } };
    await client.call('guard.set', { instanceId, guard });
    expect(core.calls).toContainEqual(['guards.set', { name: 'research', guard }]);
    const odd = { cpu: { abovePercent: 900, forSeconds: 300 } };
    expect(await client.refused('guard.set', { instanceId, guard: odd })).toMatchObject({ code: 'usage.invalid' });
  });

  it('tells why it cannot', async () => {
    const error = new AppError('instance.suspended');
    const client = openTestPanel({
      preview: () => {
        throw error;
      },
    }).connect();
    const asked = { draftId: 'd-abcdefgh', instanceId, change };
    expect(await client.refused('change.preview', asked)).toMatchObject({ code: 'instance.suspended' });
  });
});
