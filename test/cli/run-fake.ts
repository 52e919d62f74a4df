import { runCli } from '../../src/cli/program.ts';
import { jsonLineSchema, type JsonLine } from '../../src/cli/json-lines.ts';
import { Secret } from '../../src/shared/secret.ts';
import type { Settings } from '../../src/native/settings.ts';
import { createFakeCore, type FakeCore, type Script } from './fake-core.ts';
import { createFakeIo, type FakeIo, type FakeIoOptions } from './fake-io.ts';

export interface FakeRun {
  readonly io: FakeIo;
  readonly core: FakeCore;
  readonly settings: readonly Settings[];
  readonly ended: Promise<number>;
}

/** Starts a call of the command line on streams and a product that are the test's. */
export function startFake(
  argv: readonly string[],
  options: FakeIoOptions & { readonly script?: Script; readonly input?: string } = {},
): FakeRun {
  const io = createFakeIo(options);
  const core = createFakeCore(options.script);
  const settings: Settings[] = [];
  if (options.input !== undefined) {
    io.type(options.input);
    io.endInput();
  }
  const ended = runCli(argv, io, {
    version: '0.1.0',
    openCore: (given) => {
      settings.push(given);
      return Promise.resolve(core);
    },
    openDoor: (_settings, _log, { port = 8420 }) =>
      Promise.resolve({
        port,
        url: new Secret(`http://localhost:${port}/enter/token`),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  });
  return { io, core, settings, ended };
}

export async function runFake(
  argv: readonly string[],
  options: FakeIoOptions & { readonly script?: Script; readonly input?: string } = {},
): Promise<FakeRun & { readonly code: number }> {
  const run = startFake(argv, options);
  return { ...run, code: await run.ended };
}

/** Every line of standard output, each held against the schema. */
export function parseLines(io: FakeIo): JsonLine[] {
  const lines = io.written.out.split('\n');
  if (lines.pop() !== '') throw new Error('The last line does not end.');
  return lines.map((line) => jsonLineSchema.parse(JSON.parse(line)));
}
