import { z } from 'zod';
import { unreadable } from '../../facts/answer.ts';
import { change, query, type CommandOptions } from '../../host/command.ts';
import { exec, expectOk, type ExecResult } from '../../host/exec.ts';
import { TOKEN_COPIES_SCRIPT } from '../../openclaw/token-copies-script.ts';
import type { Berth } from '../docker/seat.ts';
import { execInside } from '../docker/state-files.ts';
import type { ApplyContext } from '../step.ts';
import type { TokenCopies } from './rotation.ts';

const READ_TIMEOUT_MS = 60_000;
const DOING = 'Writing the new token into the files that name it';

const copiesSchema = z.array(z.object({ path: z.string(), digests: z.array(z.string()) }));
const writtenSchema = z.object({ left: z.array(z.string()) });

/** Where copies may lie. */
export interface CopyPlaces {
  readonly files: readonly string[];
  /** A systemd unit: it, its drop-ins, and the environment files that they name. */
  readonly unit?: string;
  readonly home?: string;
}

const argvOf = (node: string, verb: 'read' | 'write', places: CopyPlaces): [string, ...string[]] => [
  node,
  '-e',
  TOKEN_COPIES_SCRIPT,
  verb,
  JSON.stringify(places),
];

/** Of an instance whose programs run on the machine itself. @param settle makes the machine look at what was changed */
export function hostCopies(
  node: string,
  as: CommandOptions,
  places: CopyPlaces,
  settle: (context: ApplyContext) => Promise<void> = () => Promise.resolve(),
): TokenCopies {
  return {
    async read({ host, signal }) {
      const options = { signal, timeoutMs: READ_TIMEOUT_MS };
      return parse(await exec(host, query(argvOf(node, 'read', places), as), options), copiesSchema);
    },
    async write(context, token) {
      const said = await context.changeOk(DOING, change(argvOf(node, 'write', places), as), { input: token });
      await settle(context);
      return parse(said, writtenSchema).left;
    },
  };
}

export function containerCopies({ engine, layout }: Berth): TokenCopies {
  const places = { files: [`${layout.stateDir}/.env`] };
  return {
    async read({ signal }) {
      const there = await engine.open(signal);
      // What stands still is not rotated: an earlier step says so.
      if ((await there.containers.find(layout.container, { signal }))?.state !== 'running') return [];
      const argv = argvOf('node', 'read', places);
      const options = { signal, timeoutMs: READ_TIMEOUT_MS };
      return parse(await execInside(there, layout.container, argv, options), copiesSchema);
    },
    async write({ act, signal }, token) {
      const there = await engine.open(signal);
      return await act(DOING, async (limit) => {
        const options = { signal: limit, input: token, timeoutMs: READ_TIMEOUT_MS };
        const said = await execInside(there, layout.container, argvOf('node', 'write', places), options);
        return parse(expectOk(said, DOING), writtenSchema).left;
      });
    },
  };
}

function parse<T>(result: ExecResult, schema: z.ZodType<T>): T {
  const said = result.code === 0 ? schema.safeParse(readJson(result.stdout)).data : undefined;
  if (said === undefined) throw unreadable('the files that name the token', result);
  return said;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
