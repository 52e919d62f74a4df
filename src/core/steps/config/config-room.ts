import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Secret } from '../../../shared/secret.ts';
import type { ConfigWrite } from '../../api-operations.ts';
import { query } from '../../host/command.ts';
import { exec, type Spawner } from '../../host/exec.ts';
import { expectValidConfig } from '../../openclaw/validate-result.ts';
import type { Room } from '../backup/room.ts';
import type { Step } from '../step.ts';
import { CONFIG_SCRIPT, EXIT_CHANGED } from './config-script.ts';

const TIMEOUT_MS = 3 * 60_000;

type Argv = readonly [string, ...string[]];
type RoomPaths = Pick<Room, 'stateDir' | 'node' | 'openclaw'>;

/** By which a file is known again. Pure. */
export function hashConfig(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Where OpenClaw keeps its configuration. Node.js takes this slash on Windows as well. Pure. */
export function configPathIn({ stateDir }: Pick<Room, 'stateDir'>): string {
  return `${stateDir}/openclaw.json`;
}

/**
 * Shows a text to OpenClaw's own validator; changes nothing.
 * @throws AppError `config.rejected`, `command.*`
 */
export async function checkConfigText(
  room: RoomPaths,
  spawner: Spawner,
  text: Secret,
  signal: AbortSignal,
): Promise<void> {
  const argv = callScript(room, 'check', '-');
  const result = await exec(spawner, query(argv), { input: text, signal, timeoutMs: TIMEOUT_MS });
  expectValidConfig(result, text.reveal());
}

/** Replaces openclaw.json of an instance that does not run. */
export function writeConfigStep(room: Room, { text, base }: ConfigWrite): Step {
  const path = configPathIn(room);
  return {
    id: 'config',
    title: 'Write openclaw.json',
    facts: [],
    timeoutMs: TIMEOUT_MS,
    async check(context) {
      const there = await room.readFile(context, path);
      return there === text.reveal() ? satisfied('it says that already') : needed('it is to say something else');
    },
    async apply(context) {
      const there = await room.readFile(context, path);
      if (there === undefined || hashConfig(there) !== base) throw new AppError('config.conflict');
      const result = await room.change(
        context,
        'Showing openclaw.json to OpenClaw and writing it',
        callScript(room, 'write', base),
        {
          timeoutMs: TIMEOUT_MS,
          input: text,
        },
      );
      if (result.code === EXIT_CHANGED) throw new AppError('config.conflict');
      expectValidConfig(result, text.reveal());
    },
  };
}

function callScript(room: RoomPaths, mode: 'check' | 'write', base: string): Argv {
  return [room.node, '-e', CONFIG_SCRIPT, mode, configPathIn(room), base, ...room.openclaw];
}
