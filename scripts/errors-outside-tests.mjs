// A reporter of vitest: its JSON report leaves out what went wrong outside of every test, which fails a run all the same.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './checkout.mjs';

/** The environment variable with the file that they are written to: an array of strings, as JSON. */
export const errorsFile = 'HARDSHELL_TEST_ERRORS';

/** @typedef {import('vitest/node').SerializedError} SerializedError */

/**
 * @param {SerializedError} error
 * @returns {string}
 */
function describeStack({ name, message, stack, cause }) {
  const own = stack ?? `${name ?? 'Error'}: ${message}`;
  // vitest says of a worker that has died only that it did: how is in the cause
  return cause === undefined ? own : `${describeStack(cause)}\nof which came: ${own}`;
}

/**
 * One error as a person reads it: where it came from as far as that is known, what it said, and its stack.
 * @param {SerializedError} error
 */
function describeError(error) {
  const { type, VITEST_TEST_PATH: file, VITEST_TEST_NAME: test } = error;
  const where = [typeof file === 'string' ? relative(root, file) : 'outside of any file', test].filter(Boolean);
  return `${where.join(': ')}: ${type ?? 'Error'}: ${describeStack(error)}`;
}

// eslint-disable-next-line no-restricted-syntax -- what vitest loads of a reporter is its default
export default class ErrorsOutsideTests {
  /**
   * @param {unknown} _modules
   * @param {readonly SerializedError[]} errors
   */
  onTestRunEnd(_modules, errors) {
    const file = process.env[errorsFile];
    if (file !== undefined) writeFileSync(file, JSON.stringify(errors.map(describeError)));
  }
}
