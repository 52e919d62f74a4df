/*
 * Mends files of one instance, in its own Node.js, as whoever may: one JSON object on standard input, one out. Each order leaves
 * the old or the new behind, and may be given again. A configuration gets a new name only when it is whole.
 */
export const MEND_SCRIPT = String.raw`'use strict';
const fs = require('fs'), path = require('path'), crypto = require('crypto'), os = require('os'), { spawnSync } = require('child_process');
const ask = JSON.parse(fs.readFileSync(0, 'utf8'));
const out = {};
const tried = (work, other) => { try { return work(); } catch { return other; } };
const sha = (text) => crypto.createHash('sha256').update(text).digest('hex');
// Root would read through a link, or another name of a file, what the account itself may not.
const open = (file) => {
  const fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW || 0) | (fs.constants.O_NONBLOCK || 0));
  try { const s = fs.fstatSync(fd); if (!s.isFile() || s.nlink > 1) throw new Error('no file of its own'); const raw = fs.readFileSync(fd); return { raw, text: raw.toString('utf8'), at: s.mtimeMs }; } finally { fs.closeSync(fd); }
};
const read = () => tried(() => open(ask.config).text);
const over = () => { const now = read(); return now === undefined ? '' : sha(now); };
const refuse = (code) => { process.stdout.write(JSON.stringify({ refused: code })); process.exit(0); };
const owner = () => { const s = fs.statSync(ask.state); return ask.uid === undefined ? { uid: s.uid, gid: s.gid } : { uid: ask.uid, gid: ask.gid }; };
const own = (file) => { if (process.getuid && process.getuid() === 0) { const o = owner(); fs.lchownSync(file, o.uid, o.gid); } };
const write = (text) => {
  const draft = ask.config + '.hardshell-' + process.pid;
  try {
    const file = fs.openSync(draft, 'wx', 0o600);
    try { fs.writeFileSync(file, text); fs.fsyncSync(file); } finally { fs.closeSync(file); }
    own(draft); fs.renameSync(draft, ask.config);
  } finally { fs.rmSync(draft, { force: true }); }
};
const keep = () => { const old = tried(() => open(ask.config)), kept = ask.config + '.before-repair';
  // What an earlier repair has kept goes only for something newer.
  if (old) { fs.rmSync(kept, { force: true }); fs.writeFileSync(kept, old.raw, { flag: 'wx', mode: 0o600 }); own(kept); }
  // What is there and cannot be read is kept as it is.
  else if (tried(() => fs.lstatSync(ask.config).isFile())) fs.renameSync(ask.config, kept); };
const walk = (dir, visit) => { for (const e of tried(() => fs.readdirSync(dir, { withFileTypes: true }), [])) { const full = path.join(dir, e.name); visit(full, e); if (e.isDirectory()) walk(full, visit); } };
switch (ask.order) {
  case 'owner': { const o = owner(); let n = 0; const give = (full) => { const s = tried(() => fs.lstatSync(full)); if (s && s.uid !== o.uid) { fs.lchownSync(full, o.uid, o.gid); n++; } };
    give(ask.state); walk(ask.state, give); out.count = n; break; }
  case 'modes': { fs.chmodSync(ask.state, 0o700); let n = 0;
    const SECRET = /^(openclaw\.json(\..*)?|auth-profiles\.json|auth\.json|catalog\.json|\.env|.*\.key|device-auth\.json|device\.json|.*\.sqlite)$/;
    const close = (full, e) => { const s = tried(() => fs.lstatSync(full)); if (!s || s.isSymbolicLink()) return; const rel = path.relative(ask.state, full);
      const wants = e.isDirectory() ? /^(credentials|secrets|state|identity|devices)$/.test(rel) : e.isFile() && SECRET.test(e.name);
      if (wants && (s.mode & 0o077) !== 0) { fs.chmodSync(full, s.mode & 0o700); n++; } };
    walk(ask.state, close); out.count = n; break; }
  case 'sessions': { let n = 0, bytes = 0; walk(ask.state, (full, e) => { const rel = path.relative(ask.state, full).split(path.sep).join('/');
      if (!e.isFile() || !/^agents\/[^/]+\/sessions\//.test(rel)) return;
      const s = tried(() => fs.lstatSync(full)); if (!s) return;
      // one that is young may be written just now
      const over = /\.(deleted|reset)(\.|$)/.test(e.name) || (/\.tmp(\.|$)/.test(e.name) && Date.now() - s.mtimeMs > 86400000);
      if (over) { fs.rmSync(full, { force: true }); bytes += s.size; n++; } });
    out.count = n; out.bytes = bytes; break; }
  case 'leftovers': { const dir = path.dirname(ask.package); let n = 0; for (const name of fs.readdirSync(dir)) if (/^\.openclaw-[A-Za-z0-9]+$/.test(name)) { fs.rmSync(path.join(dir, name), { recursive: true, force: true }); n++; } out.count = n; break; }
  case 'find-whole': { const found = ['.bak', '.before-hardshell', '.last-good'].map((end) => ask.config + end).flatMap((file) => tried(() => { const found = open(file); JSON.parse(found.text); return [found]; }, [])).sort((a, b) => b.at - a.at)[0];
    if (!found) refuse('nothing'); out.whole = found.text; out.base = over(); break; }
  case 'write-config': { if (over() !== ask.base) refuse('changed'); keep(); write(ask.text); break; }
  case 'doctor': {
    const text = read(); if (text === undefined) refuse('nothing');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hardshell-doctor-'));
    try {
      const config = path.join(folder, 'openclaw.json'); fs.writeFileSync(config, text, { mode: 0o600 });
      const env = { ...process.env, OPENCLAW_STATE_DIR: folder, OPENCLAW_CONFIG_PATH: config, NO_COLOR: '1' };
      const done = spawnSync(ask.openclaw[0], [...ask.openclaw.slice(1), 'doctor', '--fix', '--non-interactive', '--no-workspace-suggestions'], { env, encoding: 'utf8', timeout: 540000, maxBuffer: 8388608, stdio: ['ignore', 'pipe', 'pipe'] });
      const after = fs.readFileSync(config, 'utf8');
      // one that was ended has done half of it
      if (done.signal || (done.status !== 0 && after === text)) { out.failed = String(done.stderr || done.stdout || done.error || '').split(folder).join('').trim().split('\n').slice(-5); }
      else { out.before = text; out.after = after.split(folder).join(path.dirname(ask.config)); out.base = sha(text); }
    } finally { fs.rmSync(folder, { recursive: true, force: true }); }
    break; }
  default: throw new Error('no such order');
}
process.stdout.write(JSON.stringify(out));`;
