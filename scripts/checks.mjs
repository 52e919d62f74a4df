import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from './checkout.mjs';
import { ensureBuild } from './ensure-build.mjs';
import { errorsFile } from './errors-outside-tests.mjs';
import { runCommand } from './run-command.mjs';
import { runTool } from './run-tool.mjs';

/**
 * `failures` are what failed, by full name and with the beginning of why: they are said once more at the end, where a
 * long log is cut last.
 * @typedef {{ passed: number, failed: number, skipped: number, failures?: string[] }} Count
 */

/**
 * A check that is one test: it holds or it does not.
 * @param {string} title
 * @param {() => Promise<{ code: number, output: string }>} run
 * @returns {Promise<Count>}
 */
async function oneTest(title, run) {
  const startedAt = Date.now();
  const result = await run();
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${result.code === 0 ? '✓' : '✗'} ${title} (${seconds} s)\n`);
  if (result.code === 0) return { passed: 1, failed: 0, skipped: 0 };
  process.stdout.write(`${result.output.trimEnd()}\n\n`);
  return { passed: 0, failed: 1, skipped: 0, failures: [title] };
}

export const checkFormat = () => oneTest('format', () => runTool('prettier', ['--check', '--log-level', 'warn', '.']));

export const checkLint = () => oneTest('lint', () => runTool('eslint', ['--max-warnings', '0', '.']));

export const checkTypes = () => oneTest('types', () => runTool('tsc', ['--build']));

/**
 * Builds once; what is tested afterwards is that build, whatever is edited meanwhile.
 * @returns {Promise<Count>}
 */
export const checkBuild = () =>
  oneTest('build', async () => {
    try {
      process.env['HARDSHELL_BUILD'] = await ensureBuild();
      return { code: 0, output: '' };
    } catch (error) {
      return { code: 1, output: String(error) };
    }
  });

/** The lab comes up beside the other checks; whether it is needed is the tests' to say. */
export async function bringUpLab() {
  if (process.platform === 'win32') return;
  await runCommand(join(root, 'test', 'lab', 'up.sh'), [], { output: 'stderr' });
}

/**
 * Runs the tests of one project of vitest.config.ts and counts them.
 * @param {'unit' | 'integration' | 'e2e'} project
 * @param {readonly string[]} filters
 * @returns {Promise<Count>}
 */
export async function runTests(project, filters) {
  const dir = mkdtempSync(join(tmpdir(), 'hardshell-tests-'));
  const report = join(dir, 'report.json');
  const errors = join(dir, 'errors.json');
  try {
    const ours = join(root, 'scripts', 'errors-outside-tests.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, `--reporter=${ours}`];
    const { code } = await runTool('vitest', ['run', '--project', project, ...reporters, ...filters], {
      env: { [errorsFile]: errors },
      output: 'inherit',
    });
    return countTests(project, code, readReport(report), readReport(errors) ?? []);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {any} undefined where it was never written, or not to its end
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} project
 * @param {number} code how vitest ended
 * @param {any} found its JSON report
 * @param {string[]} errors what went wrong outside of every test
 * @returns {Count}
 */
function countTests(project, code, found, errors) {
  const outside = errors.map(beginningOf);
  if (found === undefined) {
    const why = `${project}: it did not get as far as a report (it ended with ${code})`;
    return { passed: 0, failed: 1, skipped: 0, failures: [why, ...outside] };
  }
  sayWhatTookLong(found.testResults);
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = found;
  const failures = [...found.testResults.flatMap(namesOfFailures), ...outside];
  // A file that does not load, or an error outside of any test, fails no test that could be counted.
  const failed = numFailedTests === 0 && code !== 0 ? 1 : numFailedTests;
  if (failed > 0 && failures.length === 0) failures.push(`${project}: every test held, but it ended with ${code}`);
  return { passed, failed, skipped: numPendingTests + numTodoTests, failures };
}

/** @typedef {{ name: string, status: string, startTime: number, endTime: number, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }} TestFile */

/** Enough to know what it was: the whole of it is further up in the log. */
const linesOfWhy = 15;

/**
 * Of a stack the lines that are ours.
 * @param {string} why
 */
function beginningOf(why) {
  const lines = why.split('\n').filter((line) => !line.includes('/node_modules/vitest/') && line !== '');
  return lines.slice(0, linesOfWhy).join('\n    ');
}

/**
 * @param {TestFile} file
 * @returns {string[]}
 */
function namesOfFailures({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [beginningOf(`${file}: ${message}`)];
  return failed.map(({ fullName, failureMessages }) =>
    beginningOf(`${file}: ${fullName}\n${failureMessages.join('\n')}`),
  );
}

/**
 * Where the time of a run goes, so that it is seen which file has grown.
 * @param {TestFile[]} files
 */
function sayWhatTookLong(files) {
  const slowest = files
    .map(({ name, startTime, endTime }) => ({ name: relative(root, name), seconds: (endTime - startTime) / 1000 }))
    .filter(({ seconds }) => seconds > 30)
    .sort((one, other) => other.seconds - one.seconds);
  for (const { name, seconds } of slowest) process.stdout.write(`${seconds.toFixed(0).padStart(6)} s  ${name}\n`);
}
