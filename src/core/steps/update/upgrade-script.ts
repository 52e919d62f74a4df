/** How the program says that OpenClaw's own updater has failed: its last line has what is known of that. */
export const EXIT_FAILED = 65;

/*
 * OpenClaw's own updater, on the machine itself and as the account of the instance: it stages, boots the newer version on a copy of
 * the state, swaps, migrates and starts. Meanwhile the gateway is asked four times a second whether it answers: how long it did not
 * is the update's downtime. Where the updater fails, what a person would look for is collected: the end of its log, npm's prefix,
 * and which openclaw the PATH leads to. An updater that waits for a gateway which says nothing any more (half an hour a step of its
 * own), or that comes to no end, is ended with all that it has begun. $1 parameters as JSON. Its last line is its answer.
 */
export const UPGRADE_SCRIPT = String.raw`
const fs = require("node:fs"), path = require("node:path"), http = require("node:http");
const { spawn, spawnSync } = require("node:child_process");
const p = JSON.parse(process.argv[1]);
const answers = () => new Promise((resolve) => {
  const asked = http.get({ host: "127.0.0.1", port: p.port, path: "/healthz", agent: false, timeout: 2000 }, (response) => { response.resume(); resolve(response.statusCode === 200); });
  asked.on("timeout", () => asked.destroy());
  asked.on("error", () => resolve(false));
});
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const parentOf = (pid) => { try { const stat = fs.readFileSync("/proc/" + pid + "/stat", "utf8"); return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]; } catch { return undefined; } };
const grow = (family) => {
  const others = fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).map((pid) => [pid, parentOf(pid)]);
  for (let size = 0; size !== family.size; ) { size = family.size; for (const [pid, parent] of others) if (family.has(parent)) family.add(pid); }
};
const signal = (family, name) => [...family].filter((pid) => { try { return process.kill(Number(pid), name); } catch { return false; } });
let ended = false, whyEnded, lastGood, downSince, downMs = 0;
const end = async (why) => {
  whyEnded ??= why;
  const family = new Set([String(child.pid)]);
  grow(family);
  signal(family, "SIGTERM");
  for (let left = p.graceMs / 250; left > 0 && signal(family, 0).length > 0; left -= 1) { grow(family); await sleep(250); }
  grow(family);
  signal(family, "SIGKILL");
};
const watch = async () => {
  while (!ended) {
    const good = await answers(), now = performance.now();
    if (good) { if (downSince !== undefined) downMs = Math.max(downMs, now - downSince); downSince = undefined; lastGood = now; }
    else if (lastGood !== undefined) downSince ??= lastGood;
    if (downSince !== undefined && now - downSince > p.silentMs && whyEnded === undefined) await end("silent");
    await sleep(250);
  }
};
const tail = (file, lines) => { try { return fs.readFileSync(file, "utf8").split("\n").filter(Boolean).slice(-lines); } catch { return []; } };
const say = (program, args) => { const { stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 20000 }); return (stdout ?? "").trim(); };
const newestLog = () => {
  const dir = path.join(p.stateDir, "logs");
  try { return fs.readdirSync(dir).filter((name) => /^update.*\.log$/.test(name)).map((name) => path.join(dir, name)).sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs)[0]; } catch { return undefined; }
};
const args = ["update", "--tag", p.version, "--yes", "--json", ...(p.isStill ? ["--no-restart"] : [])];
const child = spawn(p.node, [p.openclaw, ...args], { stdio: ["ignore", "pipe", "pipe"] });
let out = "", err = "";
child.stdout.on("data", (chunk) => { out = (out + chunk).slice(-4194304); });
child.stderr.on("data", (chunk) => { err = (err + chunk).slice(-65536); process.stderr.write(chunk); });
const late = setTimeout(() => void end("late"), p.wholeMs);
const watching = p.isStill ? Promise.resolve() : watch();
const finish = async (code, lines) => {
  ended = true;
  clearTimeout(late);
  await watching;
  let said;
  try { said = JSON.parse(out.slice(out.indexOf("{"), out.lastIndexOf("}") + 1)); } catch {}
  const status = said?.run?.status ?? said?.status, reason = said?.reason ?? said?.run?.reason;
  const isGood = whyEnded === undefined && code === 0 && status !== "rolled-back" && status !== "failed" && said?.status !== "error";
  const answer = { isGood, code, status, reason, version: said?.after?.version, downMs: Math.round(downMs), whyEnded };
  if (!isGood) {
    const log = newestLog();
    Object.assign(answer, {
      failed: (said?.steps ?? said?.run?.steps ?? []).filter((step) => (step.exitCode ?? 0) !== 0 || step.status === "failed").map((step) => String(step.name ?? step.step)).slice(0, 5),
      lines: [...lines, ...err.split("\n").filter(Boolean)].slice(-20),
      log: log === undefined ? [] : tail(log, 20),
      npmPrefix: say(p.node, [p.npm, "prefix", "-g"]),
      openclaw: say("sh", ["-c", "command -v openclaw"]),
    });
  }
  process.stdout.write(JSON.stringify(answer) + "\n", () => process.exit(isGood ? 0 : ${String(EXIT_FAILED)}));
};
child.on("error", (error) => void finish(1, [String(error)]));
child.on("close", (code) => void finish(code ?? 1, []));
`;
