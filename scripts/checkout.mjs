import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder: the checkout, or the folder of the installed package. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A checkout has sources and a lockfile; an installed package has neither. */
export const isCheckout = existsSync(join(root, 'src')) && existsSync(join(root, 'package-lock.json'));

/**
 * Where scripts speak: standard output belongs to the command that was asked for.
 * @param {string} sentence
 */
export function say(sentence) {
  process.stderr.write(`hardshell: ${sentence}\n`);
}
