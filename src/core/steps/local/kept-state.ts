import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { instanceIdSchema, type InstanceId } from '../../../shared/model/ids.ts';
import { hasCode } from '../../system/atomic-file.ts';

const keptSchema = z.object({ v: z.literal(1), name: z.string() });
type Kept = z.infer<typeof keptSchema>;

/** Pure. */
export function formatKept(name: string): string {
  return `${JSON.stringify({ v: 1, name } satisfies Kept)}\n`;
}

export async function readKept(keptFile: string): Promise<Kept | undefined> {
  try {
    const parsed = keptSchema.safeParse(JSON.parse(await readFile(keptFile, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The instance of a name that is meant, which was removed and whose state was kept: deployed again, it takes up its old id and so finds
 * its configuration and conversations. Undefined where there is none.
 */
export async function findKept(
  instancesDir: string,
  isMeant: (name: string) => boolean,
): Promise<InstanceId | undefined> {
  const entries = await readdir(instancesDir).catch(() => []);
  for (const entry of entries.sort()) {
    const id = instanceIdSchema.safeParse(entry);
    if (!id.success) continue;
    const kept = await readKept(join(instancesDir, entry, 'kept.json'));
    if (kept !== undefined && isMeant(kept.name)) return id.data;
  }
  return undefined;
}

/** It is in use again. */
export async function forgetKept(keptFile: string): Promise<void> {
  await rm(keptFile, { force: true });
}
