import { describe, expect, it } from 'vitest';
import { aSnapshot } from '../../test/cli/fake-configuration.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';
import { AppError } from '../shared/app-error.ts';

const instanceId = 'i-0123456789abcdef';
const edit = { kind: 'patch', patch: { channels: { telegram: { botToken: 'typed-just-now' } } } } as const;

describe('configuration', () => {
  it('is read, looked at, applied and remembered', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    expect(await client.call('configuration.read', { instanceId })).toEqual(aSnapshot());
    expect(await client.call('configuration.preview', { instanceId, edit, base: 'h' })).toMatchObject({
      isChange: true,
    });
    expect(await client.call('configuration.apply', { instanceId, edit, base: 'h', why: 'new bot' })).toMatchObject({
      by: 'hardshell',
    });
    expect(core.calls).toContainEqual(['configuration.apply', { name: 'research', edit, base: 'h', why: 'new bot' }]);
    expect(await client.call('configuration.history', { instanceId })).toHaveLength(1);
  });

  it('never says again what was typed', async () => {
    const configFailure = new AppError('config.rejected', { details: { issues: ['typed-just-now is none'] } });
    const client = openTestPanel({ configFailure }).connect();
    const error = await client.refused('configuration.apply', { instanceId, edit, base: 'h' });
    expect(error.code).toBe('config.rejected');
    expect(JSON.stringify(error)).not.toContain('typed-just-now');
  });

  it('is advised on while it is typed', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    expect(await client.call('configuration.lint', { instanceId, text: '{' })).toEqual({
      schema: 'gateway',
      faults: [],
    });
    expect(await client.call('configuration.describe', { instanceId, path: [] })).toEqual({ schema: 'gateway' });
    expect(core.calls).toContainEqual(['configuration.lint', { name: 'research', text: '{' }]);
    expect(core.calls).toContainEqual(['configuration.describe', { name: 'research', path: [] }]);
  });

  it('refuses what is no edit', async () => {
    const client = openTestPanel().connect();
    const bad = { instanceId, edit: { kind: 'text' }, base: 'h' } as never;
    expect((await client.refused('configuration.apply', bad)).code).toBe('usage.invalid');
  });
});
