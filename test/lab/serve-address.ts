import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** `serve --json` says it first of all. */
export async function readAddress(door: ChildProcess): Promise<string> {
  if (door.stdout === null) throw new Error('The door has no output.');
  for await (const line of createInterface({ input: door.stdout })) {
    door.stdout.resume();
    return (JSON.parse(line) as { url: string }).url;
  }
  throw new Error('The door ended without an address.');
}
