/** The text is valid, and the file is another one by now than the one that was edited. */
export const EXIT_CHANGED = 93;
export const DRAFT_PREFIX = '.hardshell-config-';

/**
 * Runs in the instance's own Node.js. Shows a text (standard input) to OpenClaw's validator, beside the real file so that what
 * that includes is found, and says what it answered; `write` then puts it in the place of the file, if that is still the one
 * that is named by its digest. Whoever reads finds the old file or the new one, whole.
 *
 * Arguments: `check` or `write`, the file, the digest of what should be there, how OpenClaw is called.
 */
export const CONFIG_SCRIPT = `
const fs = require('node:fs');
const { dirname, join } = require('node:path');
const { createHash, randomBytes } = require('node:crypto');
const { spawnSync } = require('node:child_process');
const [mode, file, expected, ...openclaw] = process.argv.slice(1);
const folder = dirname(file);
for (const name of fs.readdirSync(folder)) {
  if (!name.startsWith('${DRAFT_PREFIX}')) continue;
  try {
    if (fs.statSync(join(folder, name)).mtimeMs < Date.now() - 3600000) fs.rmSync(join(folder, name), { force: true });
  } catch {}
}
const draft = join(folder, '${DRAFT_PREFIX}' + randomBytes(8).toString('hex') + '.json');
const text = fs.readFileSync(0);
const write = (path, content, flag) => {
  const handle = fs.openSync(path, flag, 0o600);
  try {
    fs.writeFileSync(handle, content);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
};
let code = 1;
try {
  write(draft, text, 'wx');
  const env = { ...process.env, OPENCLAW_CONFIG_PATH: draft };
  const [program, ...before] = openclaw;
  const said = spawnSync(program, [...before, 'config', 'validate', '--json'], { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  process.stdout.write(said.stdout ?? '');
  process.stderr.write(said.error ? String(said.error) : said.stderr ?? '');
  code = said.status ?? 1;
  if (code === 0 && mode === 'write') {
    const old = fs.readFileSync(file);
    if (createHash('sha256').update(old).digest('hex') !== expected) code = ${String(EXIT_CHANGED)};
    else {
      fs.rmSync(file + '.before-hardshell', { force: true });
      write(file + '.before-hardshell', old, 'wx');
      fs.renameSync(draft, file);
    }
  }
} finally {
  fs.rmSync(draft, { force: true });
}
process.exitCode = code;
`;
