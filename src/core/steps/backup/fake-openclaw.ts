import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { change } from '../../host/command.ts';
import type { Host } from '../../host/host.ts';
import { PRIVATE_MARK, QUARTERS_SCRIPT } from './quarters-script.ts';
import { createQuarters, type Quarters } from './quarters.ts';

/** Packs and unpacks as OpenClaw lays its archives out, without the folders that are marked, and never into one; an archive of `NOT A BACKUP` does not verify. */
const OPENCLAW = `
const { execFileSync } = require("node:child_process"), fs = require("node:fs"), path = require("node:path");
const args = process.argv.slice(2), state = process.env.OPENCLAW_STATE_DIR;
const fail = (message) => { console.log(JSON.stringify({ ok: false, error: { message } })); process.exit(1); };
const isMarked = (file) => fs.existsSync(path.join(file, "${PRIVATE_MARK}")) || (path.dirname(file) !== file && isMarked(path.dirname(file)));
if (args[0] !== "backup") fail("unknown");
if (args[1] === "create") {
  const out = args[args.indexOf("--output") + 1];
  const root = fs.mkdtempSync(out + ".tree-"), name = "root-openclaw-backup", payload = path.join(root, name, "payload", "posix", state);
  const filter = (file) => !fs.existsSync(path.join(file, "${PRIVATE_MARK}"));
  fs.cpSync(state, payload, { recursive: true, verbatimSymlinks: true, filter });
  const asset = { kind: "state", sourcePath: state, archivePath: name + "/payload/posix" + state };
  const manifest = { schemaVersion: 1, runtimeVersion: "2026.9.6", platform: "linux", paths: { stateDir: state }, assets: [asset] };
  fs.writeFileSync(path.join(root, name, "manifest.json"), JSON.stringify(manifest));
  execFileSync("tar", ["czf", out, "-C", root, name]);
  fs.rmSync(root, { recursive: true });
  console.log("a plugin says hello");
  console.log(JSON.stringify({ archivePath: out, verified: process.env.UNVERIFIED === undefined }, null, 2));
} else {
  const archive = args[2];
  if (!state.endsWith("/void")) fail("the live state must not be looked at");
  try { execFileSync("tar", ["tzf", archive], { stdio: "ignore" }); } catch { fail("Archive could not be read or parsed."); }
  if (args[1] === "restore") { const target = args[args.indexOf("--target") + 1]; if (isMarked(target)) fail("Private update captures are excluded from backups and support exports."); fs.mkdirSync(target); execFileSync("tar", ["xzf", archive, "-C", target]); }
  console.log(JSON.stringify({ ok: true }));
}
`;

/* Ends the program at the n-th thing that it does to the disk: before it, as a power cut would. */
const CUT = `
const fs = require("node:fs"); let left = Number(process.env.CUT_AT);
for (const name of ["renameSync", "writeFileSync", "rmSync", "mkdirSync"]) {
  const real = fs[name];
  fs[name] = (...args) => { left -= 1; if (left === 0) process.kill(process.pid, "SIGKILL"); return real(...args); };
}
`;

export interface ProgramBench extends Disposable {
  readonly stateDir: string;
  readonly keepDir: string;
  readonly openclaw: readonly [string, ...string[]];
  /** Runs one verb of the program; `cutAt`: it is killed at its n-th change. */
  run(
    verb: string,
    params?: object,
    more?: { readonly input?: Buffer; readonly cutAt?: number; readonly env?: Record<string, string> },
  ): { readonly code: number | null; readonly stdout: Buffer; readonly answer: unknown };
  /** Every file of the state folder with its text, ours left out. */
  read(): Record<string, string>;
  write(files: Readonly<Record<string, string>>): void;
  remove(name: string): void;
  /** What of ours lies in the state folder. */
  left(): string[];
}

/** A state folder, and a fake OpenClaw that packs it. */
export function createProgramBench(id: string): ProgramBench {
  const dir = mkdtempSync(join(tmpdir(), 'hardshell-quarters-'));
  const [stateDir, keepDir] = [join(dir, 'live', 'state'), join(dir, 'kept')];
  const [fake, cut] = [join(dir, 'openclaw.cjs'), join(dir, 'cut.cjs')];
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(fake, OPENCLAW);
  writeFileSync(cut, CUT);
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'openclaw', version: '2026.9.6' }));
  const openclaw = [process.execPath, fake] as const;
  const walk = (at: string, below: string): [string, string][] =>
    readdirSync(at, { withFileTypes: true }).flatMap((entry): [string, string][] => {
      const [path, name] = [join(at, entry.name), below === '' ? entry.name : `${below}/${entry.name}`];
      if (entry.name.startsWith('.hardshell-')) return [];
      return entry.isDirectory() ? walk(path, name) : [[name, readFileSync(path, 'utf8')]];
    });
  return {
    stateDir,
    keepDir,
    openclaw,
    run(verb, params = {}, { input, cutAt, env = {} } = {}) {
      const given = JSON.stringify({ stateDir, keepDir, openclaw, id, ...params });
      const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', QUARTERS_SCRIPT, verb, given], {
        ...(input === undefined ? {} : { input }),
        env: {
          PATH: '/usr/local/bin:/usr/bin:/bin',
          OPENCLAW_STATE_DIR: stateDir,
          ...(cutAt === undefined ? {} : { NODE_OPTIONS: `--require ${cut}`, CUT_AT: String(cutAt) }),
          ...env,
        },
        maxBuffer: 64 * 1024 * 1024,
      });
      if (status !== 0 && status !== 65 && cutAt === undefined) throw new Error(stderr.toString());
      return {
        code: status,
        stdout,
        // Read where it is asked for: the bytes of an archive end with a line that begins as they like.
        get answer(): unknown {
          const last = stdout.toString('utf8').trim().split('\n').at(-1) ?? '';
          return last.startsWith('{') ? (JSON.parse(last) as unknown) : undefined;
        },
      };
    },
    read: () => Object.fromEntries(walk(stateDir, '')),
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        const path = join(stateDir, name);
        mkdirSync(join(path, '..'), { recursive: true });
        writeFileSync(path, text);
      }
    },
    remove: (name) => {
      rmSync(join(stateDir, name), { recursive: true, force: true });
    },
    left: () => readdirSync(stateDir).filter((name) => name.startsWith('.hardshell-')),
    [Symbol.dispose]: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Its quarters, as those of an instance are. */
export function openQuarters(host: Host, { stateDir, keepDir, openclaw }: ProgramBench): Quarters {
  const env = { OPENCLAW_STATE_DIR: stateDir };
  return createQuarters({
    stateDir,
    keepDir,
    node: process.execPath,
    openclaw,
    change: (context, doing, argv, options) => context.change(change(argv, { env }), { ...options, doing }),
    spawn: (argv, signal) => host.spawn(change(argv, { env }), { signal }),
    readFile(_context, path) {
      try {
        return Promise.resolve(readFileSync(path, 'utf8'));
      } catch {
        return Promise.resolve(undefined);
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

/* In a program of its own, as on a machine: what Hardshell itself runs on has no SQLite. $1 database, $2 statement */
const SQL = `
const { DatabaseSync } = require("node:sqlite"), [file, sql] = process.argv.slice(1), db = new DatabaseSync(file);
if (sql.startsWith("SELECT")) console.log(JSON.stringify(db.prepare(sql).all())); else db.exec(sql);
db.close();
`;

/** What a statement gives. */
export function runSql(file: string, sql: string): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', SQL, file, sql]);
  if (status !== 0) throw new Error(stderr.toString());
  return sql.startsWith('SELECT') ? JSON.parse(stdout.toString()) : undefined;
}
