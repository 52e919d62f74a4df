import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { queryScript, type Command } from '../host/command.ts';
import { lastLines, type ExecResult } from '../host/exec.ts';

export interface ProbeOptions {
  /** Absolute path of Node.js on the machine. */
  readonly node: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** The user unit that runs the gateway, watched so that nobody waits for one that has given up; absent: none is. */
  readonly unit?: { readonly user: string; readonly name: string };
}

/** How the probe ends, beside 0 for ready. */
const EXIT_DEADLINE = 75;
const EXIT_UNIT_FAILED = 76;
const EXIT_CONFIG = 78;

/*
 * Runs on the machine itself, so that waiting costs one round trip and no latency. One line of JSON for each change of
 * state. $1 port, $2 deadline in ms, $3 unit ("" for none). No single quote may stand in it: the shell gets it in a pair.
 *
 * The gateway: first nothing listens, then /startupz says "starting", then "started", then /readyz says ready. Bodies are
 * looked at, because the gateway answers paths it does not know with its page and 200.
 * The unit: failed is final (78: the configuration). One that was started again three times while we watched will not come
 * up, nor will one that has been inactive for a while.
 */
const JS = `
const http = require("node:http"), { execFile } = require("node:child_process");
const [port, timeoutMs, unit] = process.argv.slice(1);
const begun = performance.now();
let last = "";
const say = (state, more) => {
  const line = { state, ...more }, text = JSON.stringify(line);
  if (text === last) return;
  last = text;
  process.stdout.write(JSON.stringify({ ...line, atMs: Math.round(performance.now() - begun) }) + "\\n");
};
const end = (code, state, more) => { say(state, more); process.exitCode = code; process.stdout.write("", () => process.exit(code)); };
const ask = (path) => new Promise((resolve) => {
  const request = http.get({ host: "127.0.0.1", port, path, agent: false, timeout: 5000 }, (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (chunk) => { if (body.length < 65536) body += chunk; });
    response.on("error", () => resolve({}));
    response.on("end", () => { try { resolve({ body: JSON.parse(body) }); } catch { resolve({}); } });
  });
  request.on("timeout", () => request.destroy());
  request.on("error", (error) => resolve({ error: error.code }));
});
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let done = false;
const watchGateway = async () => {
  for (let path = "/startupz"; !done;) {
    const { body, error } = await ask(path);
    if (done) return;
    if (error === "ECONNREFUSED") { path = "/startupz"; say("waiting"); }
    else if (path === "/startupz") {
      if (body?.ok === true && body.status === "started") { path = "/readyz"; say("started"); continue; }
      say("starting");
    } else if (body?.ready === true) { done = true; return end(0, "ready"); }
    else if (Array.isArray(body?.failing)) say("started", { failing: body.failing.map(String) });
    await sleep(100);
  }
};
const show = () => new Promise((resolve) => {
  execFile("systemctl", ["--user", "show", "-p", "ActiveState,SubState,ExecMainStatus,NRestarts,Result", "--", unit], { timeout: 10000 }, (error, out) => {
    resolve(error ? {} : Object.fromEntries(out.split("\\n").filter(Boolean).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])));
  });
});
const watchUnit = async () => {
  let restartsBefore, idleSince;
  while (!done) {
    const { ActiveState, SubState, ExecMainStatus, NRestarts, Result } = await show();
    if (done) return;
    const restarts = Number(NRestarts ?? 0), now = performance.now();
    restartsBefore ??= restarts;
    if (ActiveState !== "inactive") idleSince = undefined;
    else idleSince ??= now;
    const gone = ActiveState === "failed" || restarts - restartsBefore >= 3 || (idleSince !== undefined && now - idleSince > 5000);
    if (gone) {
      done = true;
      const exitCode = Number(ExecMainStatus);
      return end(ActiveState === "failed" && exitCode === 78 ? ${String(EXIT_CONFIG)} : ${String(EXIT_UNIT_FAILED)}, "failed",
        { activeState: ActiveState, subState: SubState, result: Result, exitCode, restarts: restarts - restartsBefore });
    }
    await sleep(700);
  }
};
setTimeout(() => { if (!done) { done = true; end(${String(EXIT_DEADLINE)}, "deadline"); } }, Number(timeoutMs));
watchGateway();
if (unit) watchUnit();
`;

const SCRIPT = `exec "$1" -e '${JS}' -- "$2" "$3" "$4"`;

/** Waits on the machine until the gateway is ready. Its lines go through `parseProbeLine`, its end through `expectReady`. */
export function buildProbe({ node, port, timeoutMs, unit }: ProbeOptions): Command {
  return queryScript(
    SCRIPT,
    [node, port, timeoutMs, unit?.name ?? ''],
    unit === undefined ? {} : { runAs: { user: unit.user } },
  );
}

const lineSchema = z.object({
  state: z.enum(['waiting', 'starting', 'started', 'ready', 'failed', 'deadline']),
  /** Since the probe began. */
  atMs: z.number(),
  /** What keeps a started gateway from being ready, by its own account. */
  failing: z.array(z.string()).optional(),
  activeState: z.string().optional(),
  subState: z.string().optional(),
  result: z.string().optional(),
  exitCode: z.number().nullish(),
  restarts: z.number().optional(),
});

export type ProbeLine = z.infer<typeof lineSchema> & { readonly text: string };

/** One line of the probe, with a sentence for the person; undefined where it is none of its lines. Pure. */
export function parseProbeLine(line: string): ProbeLine | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { data } = lineSchema.safeParse(value);
  return data === undefined ? undefined : { ...data, text: describeLine(data) };
}

function describeLine({ state, failing, atMs, ...unit }: z.infer<typeof lineSchema>): string {
  const seconds = `${(atMs / 1000).toFixed(1)} s`;
  switch (state) {
    case 'waiting':
      return 'the gateway is loading';
    case 'starting':
      return `the gateway listens and is starting (${seconds})`;
    case 'started':
      return failing === undefined || failing.length === 0
        ? `the gateway has started (${seconds})`
        : `the gateway has started, but is not ready: ${failing.join(', ')}`;
    case 'ready':
      return `the gateway is ready (${seconds})`;
    case 'deadline':
      return `the gateway is not ready after ${seconds}`;
    case 'failed':
      return `the service has given up: ${unit.result ?? 'unknown'}, exit code ${String(unit.exitCode ?? '?')}, ${String(unit.restarts ?? 0)} restarts`;
  }
}

/**
 * What the probe found out in the end. Pure.
 * @throws AppError `gateway.config-exit`, `gateway.not-ready` with the last state, `command.failed` where the probe broke
 */
export function expectReady(result: ExecResult): { readonly readyAfterMs: number } {
  const lines = result.stdout.split('\n').flatMap((line) => parseProbeLine(line) ?? []);
  const last = lines.at(-1);
  if (result.code === 0 && last?.state === 'ready') return { readyAfterMs: last.atMs };
  const states = lines.map(({ text }) => text);
  if (result.code === EXIT_CONFIG && last?.state === 'failed')
    throw new AppError('gateway.config-exit', { details: { states } });
  if (last?.state === 'failed') {
    throw new AppError('gateway.not-ready', {
      message: `The gateway does not come up: ${last.text}.`,
      details: { states },
    });
  }
  if (last?.state === 'deadline') {
    const failing = lines.findLast((line) => line.failing !== undefined && line.failing.length > 0)?.failing;
    const because = failing === undefined ? (lines.at(-2)?.text ?? last.text) : `it reports ${failing.join(', ')}`;
    throw new AppError('gateway.not-ready', {
      message: `The gateway did not become ready in time: ${because}.`,
      details: { states },
    });
  }
  throw new AppError('command.failed', {
    message: 'Waiting for the gateway broke off.',
    details: { exitCode: result.code, lastLines: lastLines(result) },
  });
}
