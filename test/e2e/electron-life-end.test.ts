import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { describeWithDesktop, desktopCommand } from './desktop.ts';

describeWithDesktop('a desktop app that is to end while it begins', () => {
  it('ends, and asks nobody', async () => {
    await using dir = await tempDataDir();
    const before = [fileURLToPath(new URL('quit-while-beginning.cjs', import.meta.url))];
    const { program, args, env } = desktopCommand(dir.path, { before });
    const child = spawn(program, args, { env, stdio: 'ignore' });
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    expect(await once(child, 'exit')).toEqual([0, null]);
    clearTimeout(late);
  });
});
