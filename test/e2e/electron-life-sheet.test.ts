import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { describeWithDesktop, openDesktop } from './desktop.ts';

describeWithDesktop('the recovery sheet of the desktop app', () => {
  it('is saved past the page, for this account alone, also over a file that everybody could read', async () => {
    await using dir = await tempDataDir();
    const sheet = join(dir.path, 'sheet.txt');
    await writeFile(sheet, 'what was there before', { mode: 0o644 });
    await using desktop = await openDesktop(dir.path);
    const { app, page } = desktop;
    await page.getByText('Where should your OpenClaw live?').waitFor();
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, sheet);
    await page.evaluate('globalThis.heard = []; hardshell.onMessage((message) => heard.push(message))');
    const save = (id: number): Promise<unknown> =>
      page.evaluate(
        `hardshell.post({ type: 'call', id: ${String(id)}, call: 'recovery.save', input: { confirmed: true } })`,
      );
    const heard = (): Promise<string> => page.evaluate('JSON.stringify(heard)');

    await save(1_000_001);
    await expect.poll(heard).toContain('"id":1000001');
    expect(await heard()).toContain('"saved":true');
    expect(await heard()).not.toContain('AGE-SECRET-KEY');
    expect(await readFile(sheet, 'utf8')).toContain('AGE-SECRET-KEY-1');
    expect((await stat(sheet)).mode & 0o777).toBe(0o600);

    await app.evaluate(
      ({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
      },
      join(dir.path, 'nowhere', 'sheet.txt'),
    );
    await save(1_000_002);
    await expect.poll(heard).toContain('backup.denied');
  });
});
