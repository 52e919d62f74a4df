/**
 * Finds and rewrites the token in files beside openclaw.json: `.env`, the unit with its drop-ins, and the environment files that
 * they name. Run by the machine's own Node.js: `read PARAMS` answers with digests, `write PARAMS` takes the token from standard
 * input and answers with what was `written` and what had to be `left`. A file is replaced whole, with the mode it had.
 */
export const TOKEN_COPIES_SCRIPT = `
const fs = require('node:fs');
const path = require('node:path');
const { createHash } = require('node:crypto');
const [verb, params] = process.argv.slice(1);
const { files, unit, home } = JSON.parse(params);
const NAMED = /(OPENCLAW_GATEWAY_TOKEN=)("[^"\\n]*"|'[^'\\n]*'|[^\\s"']*)/g;
const readText = (file) => {
  try {
    return fs.lstatSync(file).isFile() ? fs.readFileSync(file, 'utf8') : undefined;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES') return undefined;
    throw error;
  }
};
const listAll = () => {
  const found = [...files];
  if (unit === undefined) return found;
  const units = [unit];
  try {
    for (const name of fs.readdirSync(unit + '.d').sort()) if (name.endsWith('.conf')) units.push(path.join(unit + '.d', name));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  for (const file of units) {
    found.push(file);
    for (const [, named] of (readText(file) ?? '').matchAll(/^EnvironmentFile=-?"?([^"\\n]+?)"?\\s*$/gm))
      found.push(named.replaceAll('%h', home));
  }
  return [...new Set(found)];
};
const bare = (value) => value.replace(/^["']|["']$/g, '');
// A reference is looked up where it leads.
const isValue = (value) => bare(value) !== '' && !value.includes('$');
const copies = () =>
  listAll().flatMap((file) => {
    const text = readText(file);
    if (text === undefined) return [];
    const values = [];
    for (const line of text.split('\\n')) {
      if (/^\\s*[#;]/.test(line)) continue;
      for (const [, , value] of line.matchAll(NAMED)) if (isValue(value)) values.push(bare(value));
    }
    return values.length === 0 ? [] : [{ path: file, text, values }];
  });
if (verb === 'read') {
  const digest = (value) => createHash('sha256').update(value).digest('hex');
  process.stdout.write(JSON.stringify(copies().map(({ path, values }) => ({ path, digests: values.map(digest) }))));
} else {
  const token = fs.readFileSync(0, 'utf8');
  if (!/^[\\w-]{16,}$/.test(token)) throw new Error('That is no token.');
  const said = { written: [], left: [] };
  for (const { path: file, text, values } of copies()) {
    if (values.every((value) => value === token)) continue;
    const edit = (line) =>
      /^\\s*[#;]/.test(line)
        ? line
        : line.replace(NAMED, (all, name, value) => (isValue(value) ? name + value.replace(bare(value), token) : all));
    const draft = path.join(path.dirname(file), '.hardshell-' + path.basename(file));
    try {
      fs.writeFileSync(draft, text.split('\\n').map(edit).join('\\n'), { mode: 0o600 });
      fs.chmodSync(draft, fs.statSync(file).mode & 0o777);
      fs.renameSync(draft, file);
      said.written.push(file);
    } catch {
      // One that cannot be written keeps nobody from writing the others.
      said.left.push(file);
      try {
        fs.rmSync(draft, { force: true });
      } catch {}
    }
  }
  process.stdout.write(JSON.stringify(said));
}
`;
