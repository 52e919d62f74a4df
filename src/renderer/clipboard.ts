import { notice } from './store.ts';
import { text } from './text/index.ts';

/** Whether it is on the clipboard; where the system does not allow it, the person is told. */
export async function copyText(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    notice('warn', text.common.copyFailed);
    return false;
  }
}
