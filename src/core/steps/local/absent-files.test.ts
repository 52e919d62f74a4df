import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../../../test/cli/samples.ts';
import { absentRuntimeStep } from './absent-files.ts';
import { layoutLocal } from './local-layout.ts';

describe('what the instances of this computer share', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hardshell-absent-'));
    for (const name of ['node-24.1.0', 'node-22.9.0', 'hardshell-1.2.3'])
      await mkdir(join(dataDir, 'runtime', name), { recursive: true });
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const check = (nodeVersions: readonly string[]): unknown => {
    const instance = anInstance({ target: { kind: 'local' } });
    const others = nodeVersions.map((nodeVersion) => anInstance({ target: { kind: 'local' }, nodeVersion }));
    const step = absentRuntimeStep(layoutLocal(dataDir, instance, 'linux'), () => Promise.resolve(others));
    return step.check({ read: () => Promise.reject(new Error('It asks nothing.')) } as never);
  };

  it('keeps what another one runs on, and the program that keeps it running', async () => {
    expect(await check(['24.1.0'])).toMatchObject({ because: 'nothing else uses node-22.9.0' });
  });

  it('goes with the last one', async () => {
    expect(await check([])).toMatchObject({ because: 'nothing else uses hardshell-1.2.3, node-22.9.0, node-24.1.0' });
  });
});
