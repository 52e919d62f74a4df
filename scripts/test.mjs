// `npm test`: every kind of test, in the order of what is quickest to know. Its last line counts.
import { parseArgs } from 'node:util';
import { bringUpLab, checkBuild, checkFormat, checkLint, checkTypes, runTests } from './checks.mjs';
import { say } from './checkout.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { findElectronForTests } from './find-electron.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** @typedef {import('./checks.mjs').Count} Count */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, only: { type: 'string' } },
});

if (values.all) process.env['HARDSHELL_TEST_ALL'] = '1';

await ensureSystemPackages();
await ensureInstall();

/** The static checks take one core for minutes: the unit tests run beside them, and the lab comes up meanwhile. */
async function everything() {
  const lab = bringUpLab();
  const read = async () => [await checkFormat(), await checkTypes(), await checkLint()];
  const counts = (await Promise.all([read(), runTests('unit', positionals).then((count) => [count])])).flat();
  counts.push(await checkBuild());
  await lab;
  if (findElectronForTests() === undefined) {
    say('the windows are not tested: there is no Electron (`npx install-electron`)');
    counts.push({ passed: 0, failed: 0, skipped: 1 });
  } else counts.push(await runTests('e2e', positionals));
  counts.push(await runTests('integration', positionals));
  return counts;
}

/** @type {Record<string, () => Promise<Count[]>>} */
const parts = {
  format: async () => [await checkFormat()],
  lint: async () => [await checkLint()],
  typecheck: async () => [await checkTypes()],
  unit: async () => [await runTests('unit', positionals)],
  integration: async () => [await checkBuild(), await runTests('integration', positionals)],
  e2e: async () => [await checkBuild(), await runTests('e2e', positionals)],
};

const part = values.only === undefined ? everything : parts[values.only];
if (part === undefined) throw new Error(`--only is one of ${Object.keys(parts).join(', ')}`);

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];
for (const count of await part()) {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  failures.push(...(count.failures ?? []));
}
if (process.env['LAB'] === 'required' && total.skipped > 0) {
  process.stdout.write('A skipped test is a failure here (LAB=required).\n');
  process.exitCode = 1;
}
if (total.failed > 0) process.exitCode = 1;
for (const failure of failures) process.stdout.write(`✗ ${failure}\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
