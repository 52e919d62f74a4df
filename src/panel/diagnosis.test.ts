import { describe, expect, it } from 'vitest';
import { aBundle, someFindings } from '../../test/cli/fake-diagnosis.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';

const instanceId = 'i-0123456789abcdef';

describe('diagnosis', () => {
  it('is told in two parts, and mended as a change of the checks that were chosen', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    expect(await client.call('diagnosis.look', { instanceId, depth: 'quick' })).toMatchObject({
      findings: someFindings.quick,
    });
    expect(await client.call('diagnosis.look', { instanceId, depth: 'slow' })).toMatchObject({
      findings: someFindings.slow,
    });
    expect(await client.call('diagnosis.doctorDiff', { instanceId })).toMatchObject({ changes: 1 });
    const change = { kind: 'repair' as const, checks: ['service.linger'] };
    await client.call('change.preview', { draftId: 'd-abcdefgh', instanceId, change });
    expect(core.calls).toContainEqual(['change.preview', expect.objectContaining({ change })]);
    const doctored = { kind: 'repair' as const, checks: ['openclaw.config'], shown: 'd'.repeat(64) };
    await client.call('change.preview', { draftId: 'd-abcdefgi', instanceId, change: doctored });
    expect(core.calls).toContainEqual(['change.preview', expect.objectContaining({ change: doctored })]);
  });

  it('gives a bundle to be read, and its bytes where the door writes no files', async () => {
    const { connect } = openTestPanel();
    const client = connect();
    const made = await client.call('diagnosis.bundle', { instanceId });
    expect(made).toEqual({ bundleId: aBundle.id, fileName: aBundle.fileName, files: aBundle.files });
    expect(await client.call('diagnosis.saveBundle', { bundleId: aBundle.id })).toEqual({
      saved: false,
      archive: aBundle.archive.toString('base64'),
    });
    await expect(client.call('diagnosis.saveBundle', { bundleId: 'another' })).rejects.toThrow('bundle.unknown');
  });
});
