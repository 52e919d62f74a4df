import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { INITIAL_GOAL_KB, readInitialScripts } from '../bench/page-size.ts';

it('the page is small: nobody waits for what the first screen does not show', async () => {
  const build = process.env['HARDSHELL_BUILD'] ?? (await ensureBuild());
  const scripts = readInitialScripts(join(build, 'renderer'));
  const bytes = scripts.reduce((sum, { gzippedBytes }) => sum + gzippedBytes, 0);
  // less than this would be no interface: then the scripts were not found
  expect(bytes / 1000).toBeGreaterThan(50);
  expect(bytes / 1000).toBeLessThan(INITIAL_GOAL_KB);
  expect(scripts.map(({ file }) => file).filter((file) => /terminal|overview|logs/.test(file))).toEqual([]);
});
