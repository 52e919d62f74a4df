import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { findElectronForTests } from '../../scripts/find-electron.mjs';
import { openDisplay } from '../lab/display.ts';
import type { DesktopRounds } from './desktop-rounds.ts';
import { compare, formatMegabytes, type Measured } from './measure.ts';

const run = promisify(execFile);
const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The desktop app against a bare window of the same Electron, in the same session. */
export async function measureDesktop(rounds: number): Promise<Measured> {
  const electron = findElectronForTests();
  if (electron === undefined) return { skipped: 'there is no Electron: `npx install-electron` downloads it' };
  using display = await openDisplay();
  if (display === undefined) return { skipped: 'there is no display, and no Xvfb to make one' };
  const build = process.env['HARDSHELL_BUILD'] ?? (await ensureBuild());
  const running = run(
    fromHere('../lab/session.sh'),
    [process.execPath, fromHere('./desktop-rounds.ts'), electron, build, String(rounds)],
    { env: { ...process.env, ...display.env } },
  );
  running.child.stderr?.pipe(process.stderr);
  const { stdout } = await running;
  const found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as DesktopRounds;
  const [bare, app] = [found.map(([one]) => one), found.map(([, one]) => one)];
  const memory = (side: typeof bare): number[] => side.flatMap(({ idleBytes }) => idleBytes ?? []);
  return {
    figures: [
      compare({
        title: 'desktop: launch to a usable window against a bare one',
        ours: app.map(({ usableMs }) => usableMs),
        theirs: bare.map(({ usableMs }) => usableMs),
        goal: 1.5,
      }),
      ...(memory(app).length === 0
        ? []
        : [
            compare(
              {
                title: 'desktop: idle memory (PSS) against a bare window',
                ours: memory(app),
                theirs: memory(bare),
                goal: 1.35,
              },
              formatMegabytes,
            ),
          ]),
    ],
  };
}
