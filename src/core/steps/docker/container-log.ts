import type { ContainerEngine } from '../../container-engine/container-engine.ts';

const SHOWN_LINES = 20;
const MAX_CHARACTERS = 64 * 1024;

/** Of what the gateway said before it ended: best effort, beside an error that says more. */
export async function readLastLines(
  there: ContainerEngine,
  container: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const lines = await there.containers.logs(container, { follow: false, lines: SHOWN_LINES, signal });
    let text = '';
    for await (const part of lines) text = (text + String(part)).slice(-MAX_CHARACTERS);
    return text.trim().split('\n').slice(-SHOWN_LINES);
  } catch {
    return [];
  }
}
