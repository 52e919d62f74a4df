import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDataDir extends AsyncDisposable {
  readonly path: string;
}

/** A folder of its own for `HARDSHELL_DATA_DIR`, removed on dispose. */
export async function tempDataDir(): Promise<TempDataDir> {
  const path = await mkdtemp(join(tmpdir(), 'hardshell-test-'));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
