import type { Core } from '../../src/core/index.ts';

/** What a person has in an instance, and would miss. */
export interface Contents {
  /** The transcripts as they lie in the agent's database, event by event. */
  readonly sessions: readonly string[];
  /** What the gateway answers with when it is asked for one of them; undefined: nobody asked. */
  readonly history?: readonly string[];
  /** The whole openclaw.json without what OpenClaw stamps. */
  readonly config: unknown;
  /** Who may write to the bot, as it lies in the database of the state. */
  readonly channels: readonly string[];
}

/** OpenClaw writes these by itself: who touched the file last, with which version, and what its wizard ran. */
export const STAMPED = ['meta', 'wizard'] as const;

const SESSION = 'agent:main:kept';
/** A machine under load answers late. */
const patiently = { timeoutMs: 5 * 60_000 };
const words = ['Remember the blue door.', 'It is remembered.'] as const;
/** Switched off: one that polls where nobody is makes OpenClaw take all its minutes to end. */
const BOT = {
  enabled: false,
  botToken: '123456789:AAtestAAtestAAtestAAtestAAtestAAtes',
  apiRoot: 'http://127.0.0.1:9',
  dmPolicy: 'pairing',
};

export interface Holder {
  readonly core: Core;
  readonly name: string;
  /** As the programs there see it. */
  readonly stateDir: string;
  readonly node: string;
  readonly run: (script: string) => Promise<string>;
}

/** A conversation by the gateway's own RPC, a bot in openclaw.json, and two people who were let in. */
export async function fillContents({ core, name, stateDir, node, run }: Holder): Promise<void> {
  await run(`"${node}" -e '${ADD_BOT}' "${stateDir}" '${JSON.stringify(BOT)}'`);
  await using link = await openLink(core, name);
  await link.call('sessions.create', { key: SESSION }, patiently);
  for (const message of words) await link.call('chat.inject', { sessionKey: SESSION, message }, patiently);
}

/** @param asks whether the gateway runs and is asked as well */
export async function readContents({ core, name, stateDir, node, run }: Holder, asks = true): Promise<Contents> {
  const read = JSON.parse(await run(`"${node}" -e '${READ}' "${stateDir}" ${STAMPED.join(',')}`)) as Contents;
  const there = { ...read, config: withoutMigration(read.config) };
  if (!asks) return there;
  await using link = await openLink(core, name);
  const said = (await link.call('chat.history', { sessionKey: SESSION }, { ...patiently, isQuestion: true })) as {
    readonly messages?: readonly { readonly content?: unknown }[];
  };
  return { ...there, history: (said.messages ?? []).map(({ content }) => JSON.stringify(content)) };
}

/** OpenClaw 2026.9.6's own updater writes down the one agent that there was without being named. */
function withoutMigration(config: unknown): unknown {
  const { agents, ...rest } = config as { agents?: { entries?: unknown } };
  if (JSON.stringify(agents?.entries) !== '{"main":{}}') return config;
  const others = { ...agents };
  delete others.entries;
  return { ...rest, agents: others };
}

async function openLink(core: Core, name: string): ReturnType<Core['instances']['link']> {
  const found = (await core.instances.list()).find((instance) => instance.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return core.instances.link(found.id);
}

const OPEN =
  'const fs = require("fs"), path = require("path"), { DatabaseSync } = require("node:sqlite"), [dir, more] = process.argv.slice(1), config = path.join(dir, "openclaw.json"), open = (...names) => new DatabaseSync(path.join(dir, ...names)), state = open("state", "openclaw.sqlite");';
const ADD_BOT = `${OPEN} state.exec("PRAGMA busy_timeout = 20000"); const add = state.prepare("INSERT OR REPLACE INTO channel_pairing_allow_entries (channel_key, account_id, entry, sort_order, updated_at) VALUES (?, ?, ?, ?, ?)"); ["777", "778"].forEach((who, index) => add.run("telegram", "default", who, index, 1)); const it = JSON.parse(fs.readFileSync(config)); (it.channels ??= {}).telegram = JSON.parse(more); fs.writeFileSync(config, JSON.stringify(it));`;
const READ = `${OPEN} const it = JSON.parse(fs.readFileSync(config)); for (const name of more.split(",")) delete it[name]; const agent = open("agents", "main", "agent", "openclaw-agent.sqlite"); const sessions = agent.prepare("SELECT session_key, seq, event_json FROM transcript_events JOIN session_nodes ON current_session_id = session_id ORDER BY session_key, seq").all().map((row) => Object.values(row).join(" ")); const channels = state.prepare("SELECT channel_key, account_id, entry FROM channel_pairing_allow_entries ORDER BY channel_key, account_id, entry").all().map((row) => Object.values(row).join(" ")); process.stdout.write(JSON.stringify({ sessions, channels, config: it }));`;
