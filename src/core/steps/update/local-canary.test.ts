import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStepBench, failure } from '../../../../test/lab/step-bench.ts';
import { sampleInstance } from '../../../../test/sample-instance.ts';
import { backupIdSchema } from '../../../shared/model/ids.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import { MemoryVault } from '../backup/memory-vault.ts';
import { layoutLocal } from '../local/local-layout.ts';
import { localCanaryStep } from './local-canary.ts';
import type { UpdateWork } from './update-work.ts';

it('a copy that has no room is not begun, and nothing of it is left', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-canary-'));
  await using host = await openLocalHost();
  try {
    const instance = sampleInstance();
    const layout = {
      ...layoutLocal(dir, { id: instance.id, nodeVersion: '24.9.0' }, process.platform),
      node: process.execPath,
    };
    const id = backupIdSchema.parse('b-00000000000000aa');
    const backups = { get: () => Promise.resolve({ id, bytes: 2 ** 50, sha256: '0'.repeat(64) }) };
    const work = { instance, version: '2026.9.7', from: { backup: id }, backups } as unknown as UpdateWork;
    const canary = localCanaryStep(work, { layout, next: layout, vault: new MemoryVault(), options: {} });
    const { details } = await failure(createStepBench(host).apply(canary));
    expect(details).toMatchObject({ needBytes: 7 * 2 ** 50, cause: { code: 'backup.no-room' } });
    expect(existsSync(join(layout.dir, 'canary'))).toBe(false);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
