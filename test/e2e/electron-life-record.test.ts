import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { describeWithDesktop, openDesktop } from './desktop.ts';

describeWithDesktop('a record that cannot be read', () => {
  it('is set aside, and the window says so', async () => {
    await using dir = await tempDataDir();
    const instances = join(dir.path, 'instances');
    await mkdir(instances, { recursive: true, mode: 0o700 });
    await writeFile(join(instances, 'i-00000000000000e3.json'), '{"v":1,"id":"i-000', { mode: 0o600 });
    await using desktop = await openDesktop(dir.path);
    await desktop.page.getByText('could not be read and was set aside').first().waitFor({ timeout: 20_000 });
    // whole, under a name that tells what it is
    const names = await readdir(instances);
    expect(names.filter((name) => /^i-00000000000000e3\.json\.corrupt-\d{8}T\d{9}Z$/.test(name))).toHaveLength(1);
    await desktop.page.getByText('Where should your OpenClaw live?').waitFor({ timeout: 20_000 });
  });
});
