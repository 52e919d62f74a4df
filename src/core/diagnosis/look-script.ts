/*
 * Looks at what belongs to one instance, as whoever may read it, in the instance's own Node.js: one JSON object in, one out. It
 * changes nothing. Folders are walked to a bound, so that a state of a million files takes a second and not minutes.
 */
export const LOOK_SCRIPT = String.raw`'use strict';
const fs = require('fs'), path = require('path');
const ask = JSON.parse(process.argv[1]);
const out = { at: Date.now(), node: process.version };
const tried = (work, other) => { try { return work(); } catch { return other; } };
const text = (file, max) => { const s = fs.statSync(file); if (s.size > max) throw Object.assign(new Error('large'), { code: 'ETOOBIG' }); return fs.readFileSync(file, 'utf8'); };
const mode = (s) => !ask.posix ? '0600' : (s.mode & 0o7777).toString(8).padStart(4, '0');
try {
  const s = fs.lstatSync(ask.config);
  out.config = s.isFile() ? { is: 'read', text: text(ask.config, 4194304), mode: mode(s), uid: s.uid, bytes: s.size } : { is: 'odd', because: 'it is not a regular file' };
} catch (e) { out.config = e.code === 'ENOENT' ? { is: 'missing' } : { is: 'odd', because: String(e.code || 'unreadable') }; }
out.previous = ['.bak', '.before-hardshell', '.last-good'].map((end) => ask.config + end).flatMap((file) => tried(() => {
  const s = fs.lstatSync(file); if (!s.isFile()) return []; let valid = false; try { valid = typeof JSON.parse(text(file, 4194304)) === 'object'; } catch {}
  return [{ name: path.basename(file), bytes: s.size, isJson: valid, at: s.mtimeMs }];
}, []));
const state = tried(() => fs.statSync(ask.state));
if (state) {
  out.state = { mode: mode(state), uid: state.uid };
  const owner = ask.uid === undefined ? undefined : ask.uid;
  let seen = 0;
  const foreign = [], open = [], left = { files: 0, bytes: 0 }, sessions = { files: 0, bytes: 0 }, traces = { files: 0, bytes: 0 };
  let total = 0;
  const SECRET = /^(openclaw\.json(\..*)?|auth-profiles\.json|auth\.json|catalog\.json|\.env|.*\.key|device-auth\.json|device\.json|.*\.sqlite)$/;
  const walk = (dir, rel) => {
    if (seen > 60000) return;
    for (const e of tried(() => fs.readdirSync(dir, { withFileTypes: true }), [])) {
      if (++seen > 60000) return;
      const full = path.join(dir, e.name), below = rel === '' ? e.name : rel + '/' + e.name;
      const s = tried(() => fs.lstatSync(full)); if (!s) continue;
      if (owner !== undefined && s.uid !== owner) foreign.push(below);
      if (e.isDirectory()) {
        if (rel === '' && /^(credentials|secrets|state|identity|devices)$/.test(e.name) && (s.mode & 0o077) !== 0) open.push(below);
        if (e.name !== 'node_modules') walk(full, below);
        continue;
      }
      if (!e.isFile()) continue;
      total += s.size;
      if (SECRET.test(e.name) && !/(^|\/)(workspace[^/]*|tmp|plugin-skills|npm|extensions|plugins)\//.test(below) && (s.mode & 0o077) !== 0) open.push(below);
      if (/^agents\/[^/]+\/sessions\//.test(below)) {
        sessions.files++; sessions.bytes += s.size;
        if (/\.(deleted|reset)(\.|$)/.test(e.name) || (/\.tmp(\.|$)/.test(e.name) && Date.now() - s.mtimeMs > 86400000)) { left.files++; left.bytes += s.size; }
      }
      if (/cache-trace.*\.jsonl$/.test(e.name)) { traces.files++; traces.bytes += s.size; }
    }
  };
  walk(ask.state, '');
  Object.assign(out.state, { isWhole: seen <= 60000, bytes: total, foreign: foreign.slice(0, 20), foreignCount: foreign.length, open: ask.posix ? open.slice(0, 20) : [], openCount: ask.posix ? open.length : 0, left, sessions, traces });
  const f = tried(() => fs.statfsSync(ask.state));
  if (f) out.disk = { totalBytes: f.blocks * f.bsize, freeBytes: f.bavail * f.bsize };
}
if (ask.package) {
  const manifest = path.join(ask.package, 'package.json');
  tried(() => { const m = JSON.parse(text(manifest, 1048576)); out.package = { version: String(m.version), range: (m.engines && m.engines.node) || undefined, changedAt: Math.max(fs.statSync(manifest).mtimeMs, fs.statSync(manifest).ctimeMs) }; });
  out.leftovers = tried(() => fs.readdirSync(path.dirname(ask.package)).filter((name) => /^\.openclaw-[A-Za-z0-9]+$/.test(name)), []);
}
if (ask.elsewhere) out.elsewhere = ask.elsewhere.flatMap((dir) => tried(() => {
  if (fs.realpathSync(dir) === tried(() => fs.realpathSync(ask.package))) return [];
  return [{ path: dir, version: String(JSON.parse(text(path.join(dir, 'package.json'), 1048576)).version) }];
}, []));
if (ask.units) {
  out.units = [];
  for (const dir of ask.units) for (const name of tried(() => fs.readdirSync(dir), [])) {
    if (!/^(openclaw|clawdbot|moltbot).*\.service$/.test(name)) continue;
    const full = path.join(dir, name);
    if (full === ask.unit) { tried(() => { out.unitText = text(full, 262144); }); continue; }
    out.units.push({ path: full, name, isEnabled: ['default.target.wants', 'multi-user.target.wants'].some((w) => tried(() => Boolean(fs.lstatSync(path.join(dir, w, name))), false)) });
  }
}
const pid = ask.pid || 0;
if (pid && process.platform === 'linux') tried(() => {
  const env = fs.readFileSync('/proc/' + pid + '/environ', 'utf8').split('\0').filter((one) => /^(OPENCLAW_|HOME=)/.test(one));
  out.process = { pid, env: Object.fromEntries(env.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)])) };
});
process.stdout.write(JSON.stringify(out));`;
