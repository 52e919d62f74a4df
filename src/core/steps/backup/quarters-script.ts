/** Whatever of an instance's state folder begins so is Hardshell's own: never swapped, never brought back. */
export const OWN_PREFIX = '.hardshell-';
/** What was there before a restore, where OpenClaw would make no backup of it. */
export const BEFORE = `${OWN_PREFIX}before`;
/** OpenClaw leaves a folder with this file in it out of every backup and export. */
export const PRIVATE_MARK = '.openclaw-private-update-capture';
/** Says how far a restore has come. Beside what it is about, so that whoever comes next knows without us. */
export const JOURNAL = `${OWN_PREFIX}restore.json`;
/** How the program says that it has failed: its last line has the reason. */
export const EXIT_REFUSED = 65;

/*
 * Runs where the instance lives, in its own Node.js (24 or newer: OpenClaw asks for it, and so does node:sqlite), as the account
 * that owns the state; the same on a server, on this computer and in a container. $1 verb, $2 parameters as JSON. One line of JSON
 * is its answer.
 *
 * What OpenClaw 2026.9.6 does, as seen: an archive holds `<root>/manifest.json` and `<root>/payload/posix/<absolute path>`, also
 * of the state folder alone where the workspace lies in it. `restore --target` wants a folder that is not there or empty and not in
 * the live state: it is given another state, an empty one. The tree comes back as it was (0600 files; folders 0755 where the
 * archive says so), databases without -wal and -shm. The owner lease of the gateway (`state_leases`, scope `gateway-owner`) is left
 * out of archives by OpenClaw itself; it is deleted all the same from the copy, which nobody has opened yet, because an archive of
 * another version may have it. So is `agent_database_leases`, which archives do hold: it names the process that has an agent's
 * database open by its pid, and beside a gateway that runs, or in a container where pids are few, that one lives.
 * `cron_jobs.store_key`, `workspace_setup_state.workspace_path` and more are absolute paths: where the state lay elsewhere they are
 * led here, in columns whose whole value is such a path and in JSON strings that begin with one.
 *
 * Swapping goes entry by entry inside of the state folder, because in a container that is a mount and cannot be renamed.
 * openclaw.json goes first and comes last: without it no gateway starts, so that one which is started in between touches nothing.
 * Every phase is in the journal before its first rename, and each can be gone through again from wherever it was cut short.
 */
export const QUARTERS_SCRIPT = String.raw`
const fs = require("node:fs"), path = require("node:path"), crypto = require("node:crypto");
const { spawn } = require("node:child_process"), { pipeline } = require("node:stream/promises");
const [verb, given] = process.argv.slice(1);
const p = JSON.parse(given);
const OWN = ".hardshell-", CONFIG = "openclaw.json";
const { stateDir, keepDir, id } = p;
const journalFile = path.join(stateDir, OWN + "restore.json");
const work = path.join(stateDir, OWN + "restore-" + id);
const at = (...names) => path.join(work, ...names);
const has = (file) => { try { fs.lstatSync(file); return true; } catch { return false; } };
const list = (dir) => { try { return fs.readdirSync(dir); } catch (error) { if (error.code === "ENOENT") return []; throw error; } };
const gone = (file) => fs.rmSync(file, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
const refuse = (code, lines = []) => { throw Object.assign(new Error(code), { refusal: { code, lines } }); };
const sync = (file) => { try { const fd = fs.openSync(file, "r"); try { fs.fsyncSync(fd); } finally { fs.closeSync(fd); } } catch {} };
const writeWhole = (file, text) => {
  const draft = file + ".new";
  fs.writeFileSync(draft, text, { mode: 0o600 });
  const fd = fs.openSync(draft, "r+"); fs.fsyncSync(fd); fs.closeSync(fd);
  fs.renameSync(draft, file);
  sync(path.dirname(file));
};
const readJournal = () => { try { return JSON.parse(fs.readFileSync(journalFile, "utf8")); } catch (error) { if (error.code === "ENOENT") return undefined; throw error; } };
const enter = (phase, more) => { const next = { v: 1, backup: id, kept: readJournal()?.kept, ...more, phase }; writeWhole(journalFile, JSON.stringify(next)); return next; };

const mostRoom = (dir) => { for (;;) { try { const { bavail, bsize } = fs.statfsSync(dir); return bavail * bsize; } catch (error) { const up = path.dirname(dir); if (up === dir) throw error; dir = up; } } };
const weigh = (dir) => {
  let bytes = 0;
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    if (dir === stateDir && entry.name.startsWith(OWN)) continue;
    const file = path.join(dir, entry.name);
    try { bytes += entry.isDirectory() ? weigh(file) : fs.lstatSync(file).size; } catch (error) { if (error.code !== "ENOENT") throw error; }
  }
  return bytes;
};
const measure = async (file) => {
  const hash = crypto.createHash("sha256");
  let bytes = 0;
  for await (const chunk of fs.createReadStream(file)) { hash.update(chunk); bytes += chunk.length; }
  return { bytes, sha256: hash.digest("hex") };
};
const openclaw = (args, env = {}) => new Promise((resolve, reject) => {
  const [program, ...rest] = p.openclaw;
  const child = spawn(program, [...rest, ...args], { cwd: keepDir, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let out = "", err = "";
  child.stdout.on("data", (chunk) => { out = (out + chunk).slice(-1048576); });
  child.stderr.on("data", (chunk) => { err = (err + chunk).slice(-65536); });
  child.on("error", reject);
  child.on("close", (code) => {
    const lines = (out + "\n" + err).split("\n").map((line) => line.trimEnd()).filter((line) => line !== "").slice(-20);
    resolve({ code, out, lines });
  });
});
const isFull = (lines) => lines.some((line) => /ENOSPC|No space left on device|Disk quota exceeded|database or disk is full/i.test(line));
const findVersion = () => {
  let file = p.openclaw[p.openclaw.length - 1];
  if (!path.isAbsolute(file)) file = (process.env.PATH ?? "").split(path.delimiter).map((dir) => path.join(dir, file)).find(has);
  if (file === undefined) return undefined;
  for (let dir = path.dirname(fs.realpathSync(file)); ; dir = path.dirname(dir)) {
    try { const { name, version } = JSON.parse(fs.readFileSync(path.join(dir, "package.json"), "utf8")); if (name === "openclaw") return version; } catch {}
    if (dir === path.dirname(dir)) return undefined;
  }
};

const before = path.join(stateDir, OWN + "before"), markOf = (dir) => path.join(dir, "${PRIVATE_MARK}");
const mark = (dir) => { if (has(dir) && !has(markOf(dir))) fs.writeFileSync(markOf(dir), "openclaw-private-update-capture-v1\n", { mode: 0o600 }); };
const lookBefore = () => has(before) ? { bytes: weigh(before), at: fs.statSync(has(markOf(before)) ? markOf(before) : before).mtime.toISOString() } : undefined;
// No backup could be made of what was there: it is kept as it stands, until the next time that this happens.
const keepAsItStands = (begun) => {
  const old = path.join(stateDir, OWN + "restore-" + begun.backup, "old");
  if (begun.phase !== "swapped" || begun.kept !== false || !has(old)) return;
  mark(old);
  gone(before);
  fs.renameSync(old, before);
};
const moveAll = (names, from, to, last) => {
  const order = [...names].sort((a, b) => (a === CONFIG) - (b === CONFIG));
  if (!last) order.reverse();
  for (const name of order) {
    if (!has(path.join(from, name))) continue;
    if (has(path.join(to, name))) setAside(to, name);
    fs.renameSync(path.join(from, name), path.join(to, name));
  }
};
const setAside = (dir, name) => { const place = at("strange", crypto.randomBytes(6).toString("hex")); fs.mkdirSync(place, { recursive: true, mode: 0o700 }); fs.renameSync(path.join(dir, name), path.join(place, name)); };
const theirs = (dir) => list(dir).filter((name) => !name.startsWith(OWN));
const within = (dir, file) => { const full = path.resolve(dir, file); if (!full.startsWith(path.resolve(dir) + path.sep)) refuse("backup.damaged", ["the manifest leads out of the archive: " + file]); return full; };

const lead = (from, to) => (text) => text === from ? to : text.startsWith(from + "/") || text.startsWith(from + "\\") ? to + text.slice(from.length) : text;
const leadLinks = (dir, turn) => {
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) leadLinks(file, turn);
    else if (entry.isSymbolicLink()) { const old = fs.readlinkSync(file), now = turn(old); if (now !== old) { fs.unlinkSync(file); fs.symlinkSync(now, file); } }
  }
};
const leadText = (text, from, to) => { const [a, b] = [from, to].map((one) => JSON.stringify(one).slice(1, -1)); return text.replaceAll('"' + a + '"', '"' + b + '"').replaceAll('"' + a + "/", '"' + b + "/").replaceAll('"' + a + "\\\\", '"' + b + "\\\\"); };
const databases = (dir) => fs.readdirSync(dir, { withFileTypes: true }).flatMap((entry) => entry.isDirectory() ? databases(path.join(dir, entry.name)) : entry.isFile() && /^openclaw.*\.sqlite$/.test(entry.name) ? [path.join(dir, entry.name)] : []);
const quote = (name) => '"' + name.replaceAll('"', '""') + '"';
const tend = (file, from, to) => {
  const { DatabaseSync } = require("node:sqlite");
  const db = new DatabaseSync(file);
  try {
    db.exec("BEGIN IMMEDIATE");
    const tables = db.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all().filter(({ sql }) => !/^\s*CREATE\s+VIRTUAL/i.test(sql ?? ""));
    if (tables.some(({ name }) => name === "state_leases")) db.exec("DELETE FROM state_leases WHERE scope = 'gateway-owner'");
    if (tables.some(({ name }) => name === "agent_database_leases")) db.exec("DELETE FROM agent_database_leases");
    if (from !== to) for (const { name } of tables) for (const column of db.prepare("PRAGMA table_info(" + quote(name) + ")").all()) {
      if (!/^TEXT$/i.test(column.type)) continue;
      const t = quote(name), c = quote(column.name);
      db.prepare("UPDATE OR REPLACE " + t + " SET " + c + " = ? || substr(" + c + ", ?) WHERE typeof(" + c + ") = 'text' AND (" + c + " = ? OR substr(" + c + ", 1, ?) IN (?, ?))").run(to, from.length + 1, from, from.length + 1, from + "/", from + "\\");
      if (/_json$/.test(column.name)) for (const row of db.prepare("SELECT DISTINCT " + c + " AS v FROM " + t + " WHERE typeof(" + c + ") = 'text' AND instr(" + c + ", ?) > 0").all(JSON.stringify(from).slice(0, -1))) {
        const now = leadText(row.v, from, to);
        if (now !== row.v) db.prepare("UPDATE OR REPLACE " + t + " SET " + c + " = ? WHERE " + c + " = ?").run(now, row.v);
      }
    }
    db.exec("COMMIT");
  } finally { db.close(); }
};

const verbs = {
  survey() {
    const isThere = has(stateDir);
    return { hasState: isThere && (has(path.join(stateDir, CONFIG)) || has(path.join(stateDir, "state"))), stateBytes: isThere ? weigh(stateDir) : 0, freeBytes: Math.min(mostRoom(keepDir), mostRoom(stateDir)), before: lookBefore() };
  },
  sweep() {
    // Before it is asked how much room there is: what nobody has fetched takes as much as what is to be made.
    const isLeft = (name) => name.startsWith("part-") || (/^b-[0-9a-f]{16}\.tar\.gz$/.test(name) && !p.ids.includes(name.slice(0, -".tar.gz".length)));
    for (const name of list(keepDir)) if (isLeft(name)) gone(path.join(keepDir, name));
    if (p.clears) verbs.clear();
    return {};
  },
  async archive() {
    fs.mkdirSync(keepDir, { recursive: true, mode: 0o700 });
    fs.chmodSync(keepDir, 0o700);
    mark(before);
    const part = path.join(keepDir, "part-" + id + ".tar.gz"), file = path.join(keepDir, id + ".tar.gz");
    const { code, out, lines } = await openclaw(["backup", "create", "--output", part, "--verify", "--json"]);
    const begins = out.indexOf("{");
    let said;
    try { said = JSON.parse(out.slice(begins, out.lastIndexOf("}") + 1)); } catch {}
    if (code !== 0 || said?.verified !== true || !has(part)) {
      gone(part);
      refuse(isFull(lines) ? "backup.no-room" : code === 0 ? "backup.unverified" : "backup.failed", lines);
    }
    fs.chmodSync(part, 0o600);
    sync(part);
    const measured = await measure(part);
    fs.renameSync(part, file);
    sync(keepDir);
    return { path: file, ...measured, version: findVersion() };
  },
  async receive() {
    const begun = readJournal();
    if (begun !== undefined) verbs.settleFormer(begun);
    gone(work);
    fs.mkdirSync(work, { recursive: true, mode: 0o700 });
    // What lies here until somebody goes on with it is part of no backup.
    mark(work);
    await pipeline(process.stdin, fs.createWriteStream(at("archive.tar.gz"), { mode: 0o600 }));
    const measured = await measure(at("archive.tar.gz"));
    if (measured.bytes !== p.bytes || measured.sha256 !== p.sha256) { gone(work); refuse("backup.damaged", ["what arrived is not what was written: " + measured.bytes + " bytes of " + p.bytes]); }
    return measured;
  },
  settleFormer(begun) {
    const former = path.join(stateDir, OWN + "restore-" + begun.backup);
    if (begun.phase === "out" || begun.phase === "in" || begun.phase === "back") refuse("restore.failed", ["a restore was cut short here, of " + begun.backup + ": run that one again first"]);
    keepAsItStands(begun);
    gone(former);
    gone(journalFile);
  },
  async unpack() {
    gone(at("tree")); gone(at("new")); gone(at("void"));
    fs.mkdirSync(keepDir, { recursive: true, mode: 0o700 });
    fs.mkdirSync(at("void"), { mode: 0o700 });
    const env = { OPENCLAW_STATE_DIR: at("void"), OPENCLAW_CONFIG_PATH: at("void", CONFIG), OPENCLAW_HOME: at("void") };
    const verified = await openclaw(["backup", "verify", at("archive.tar.gz"), "--json"], env);
    if (verified.code !== 0) refuse(isFull(verified.lines) ? "backup.no-room" : "backup.damaged", verified.lines);
    // It unpacks nothing into a folder that is marked.
    gone(markOf(work));
    const restored = await openclaw(["backup", "restore", at("archive.tar.gz"), "--target", at("tree"), "--json"], env);
    mark(work);
    if (restored.code !== 0) refuse(isFull(restored.lines) ? "backup.no-room" : "restore.failed", restored.lines);
    const root = list(at("tree")).map((name) => at("tree", name)).find((dir) => has(path.join(dir, "manifest.json")));
    if (root === undefined) refuse("backup.damaged", ["there is no manifest in the archive"]);
    const manifest = JSON.parse(fs.readFileSync(path.join(root, "manifest.json"), "utf8"));
    const from = manifest.paths.stateDir;
    const asset = manifest.assets.find(({ kind, sourcePath }) => kind === "state" || sourcePath === from);
    if (asset === undefined) refuse("backup.damaged", ["the archive holds no state folder"]);
    fs.renameSync(within(at("tree"), asset.archivePath), at("new"));
    for (const name of list(at("new"))) if (name.startsWith(OWN)) gone(at("new", name));
    for (const name of list(at("new"))) { const stat = fs.lstatSync(at("new", name)); if (!stat.isSymbolicLink()) fs.chmodSync(at("new", name), stat.mode & 0o700); }
    for (const file of databases(at("new"))) tend(file, from, stateDir);
    if (from !== stateDir) {
      leadLinks(at("new"), lead(from, stateDir));
      if (has(at("new", CONFIG))) writeWhole(at("new", CONFIG), leadText(fs.readFileSync(at("new", CONFIG), "utf8"), from, stateDir));
    }
    gone(at("tree")); gone(at("void")); gone(at("archive.tar.gz"));
    return { version: manifest.runtimeVersion, from, outside: manifest.assets.filter((one) => one !== asset).map(({ sourcePath }) => sourcePath) };
  },
  async settle() {
    const chunks = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    const text = Buffer.concat(chunks);
    if (text.length !== p.bytes) refuse("restore.failed", ["the configuration arrived cut short"]);
    writeWhole(at("new", CONFIG), text);
    enter("staged", { kept: p.kept });
    return {};
  },
  swap() {
    let begun = readJournal();
    if (begun?.backup !== id) refuse("restore.failed", ["nothing is staged"]);
    if (begun.phase === "staged") begun = enter("out", { old: theirs(stateDir), fresh: theirs(at("new")) });
    fs.mkdirSync(at("old"), { recursive: true, mode: 0o700 });
    if (begun.phase === "out") { moveAll(begun.old.filter((name) => !has(at("old", name))), stateDir, at("old"), false); begun = enter("in", { old: begun.old, fresh: begun.fresh }); }
    if (begun.phase === "in") { moveAll(theirs(at("new")), at("new"), stateDir, true); begun = enter("swapped", { old: begun.old, fresh: begun.fresh }); }
    if (begun.phase !== "swapped") refuse("restore.failed", ["what was there is being put back"]);
    return {};
  },
  back() {
    const begun = readJournal();
    if (begun === undefined || begun.backup !== id || begun.phase === "staged") { verbs.clear(); return {}; }
    const { old, fresh } = begun;
    // All of it is back and only its leavings are left: what came since is nobody's to set aside.
    if (begun.phase === "back" && old.length > 0 && !old.some((name) => has(at("old", name)))) { verbs.clear(); return {}; }
    // Out: what is still in its place is the old. Later: whatever is there came after it, or belongs to what goes.
    const waiting = begun.phase === "out" ? old.filter((name) => !has(at("old", name))) : begun.waiting ?? [];
    enter("back", { old, fresh, waiting });
    const returned = old.filter((name) => !has(at("old", name)));
    for (const name of theirs(stateDir).sort((a, b) => (b === CONFIG) - (a === CONFIG))) if (!returned.includes(name) && !waiting.includes(name)) setAside(stateDir, name);
    moveAll(old, at("old"), stateDir, true);
    verbs.clear();
    return {};
  },
  clear() {
    const begun = readJournal();
    if (begun !== undefined && begun.backup !== id) verbs.settleFormer(begun);
    else if (begun !== undefined) keepAsItStands(begun);
    for (const name of list(stateDir)) if (name.startsWith(OWN + "restore-")) gone(path.join(stateDir, name));
    gone(journalFile);
    return { before: lookBefore() };
  },
  forget() {
    gone(before);
    return {};
  },
  retire() {
    for (const name of p.ids) gone(path.join(keepDir, name + ".tar.gz"));
    return {};
  },
};
const print = (text, code) => process.stdout.write(text, () => process.exit(code));
(async () => {
  if (verb === "read") return pipeline(fs.createReadStream(path.join(keepDir, id + ".tar.gz")), process.stdout);
  if (verb === "config") return print(has(at("new", CONFIG)) ? JSON.stringify({ text: fs.readFileSync(at("new", CONFIG), "utf8") }) : "{}", 0);
  print(JSON.stringify(await verbs[verb]()) + "\n", 0);
})().catch((error) => {
  const lines = [String(error?.message ?? error)];
  print(JSON.stringify(error?.refusal ?? { code: isFull([String(error?.code), ...lines]) ? "backup.no-room" : "restore.failed", lines }) + "\n", ${String(EXIT_REFUSED)});
});
`;
