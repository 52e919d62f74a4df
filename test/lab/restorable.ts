import { text } from 'node:stream/consumers';
import type { Core } from '../../src/core/index.ts';
import type { Backup } from '../../src/shared/model/backup.ts';
import type { RunEvent, RunSnapshot } from '../../src/shared/model/run.ts';
import type { BackupId } from '../../src/shared/model/ids.ts';
import { fillContents, readContents, type Contents } from './contents.ts';

/** What a person does to an instance between a backup and a restore. */
export interface Restorable {
  /** Runs a script where the instance is, with `openclaw` on the PATH; what it said. */
  run(script: string): Promise<string>;
  backUp(): Promise<Backup>;
  restore(id: BackupId, options?: { onEvent?: (event: RunEvent) => void; signal?: AbortSignal }): Promise<RunSnapshot>;
  /** What must come back: a file of the agent, a setting. */
  remember(word: string): Promise<void>;
  read(): Promise<{ readonly word: string; readonly setting: string }>;
  /** A provider's key, in OpenClaw's database. Its own command line takes seconds for that. */
  addKey(): Promise<void>;
  hasKey(): Promise<boolean>;
  /** A conversation, a bot and who may write to it: what `contents` is compared by. */
  fill(): Promise<void>;
  /** @param asks whether the gateway runs, and is asked as well */
  contents(asks?: boolean): Promise<Contents>;
}

/**
 * @param stateDir as the programs there see it
 * @param node of 24 or newer: by its path, where that is not what the PATH leads to
 */
export function restorable(core: Core, name: string, stateDir: string, node = 'node'): Restorable {
  const run: Restorable['run'] = async (script) => {
    const child = await core.instances.exec(name, ['sh', '-c', script], {});
    child.stdin.end();
    const [said, errors, { code }] = await Promise.all([text(child.stdout), text(child.stderr), child.exit]);
    if (code !== 0) throw new Error(`${script}: ${String(code)}\n${said}\n${errors}`);
    return said;
  };
  return {
    run,
    async backUp() {
      const known = new Set((await core.backups.list(name)).map(({ id }) => id));
      const preview = await core.changes.preview(name, { kind: 'backup', reason: 'asked' });
      await core.changes.start(preview.id);
      const made = (await core.backups.list(name)).find(({ id }) => !known.has(id));
      if (made === undefined) throw new Error('The list of backups has no new one.');
      return made;
    },
    async restore(backup, options = {}) {
      const preview = await core.changes.preview(name, { kind: 'restore', backup });
      return core.changes.start(preview.id, options);
    },
    async remember(word) {
      await run(`mkdir -p "${stateDir}/workspace" && printf %s ${word} >"${stateDir}/workspace/SOUL.md"`);
      await run(`node -e '${SET}' "${stateDir}/openclaw.json" Etc/${word}`);
    },
    async read() {
      const word = await run(`cat "${stateDir}/workspace/SOUL.md"`);
      return { word, setting: await run(`node -e '${GET}' "${stateDir}/openclaw.json"`) };
    },
    async addKey() {
      const key = 'sk-or-v1-0123456789abcdef0123456789abcdef';
      await run(`printf "${key}\\n" | openclaw models auth paste-api-key --provider openrouter`);
    },
    hasKey: async () => (await run('openclaw models auth list --json')).includes('openrouter:manual'),
    fill: () => fillContents({ core, name, stateDir, node, run }),
    contents: (asks) => readContents({ core, name, stateDir, node, run }, asks),
  };
}

const OPEN = 'const fs = require("fs"), [at, word] = process.argv.slice(1), it = JSON.parse(fs.readFileSync(at));';
const SET = `${OPEN} ((it.agents ??= {}).defaults ??= {}).userTimezone = word; fs.writeFileSync(at, JSON.stringify(it));`;
const GET = `${OPEN} process.stdout.write(it.agents?.defaults?.userTimezone ?? "")`;
