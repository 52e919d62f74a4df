import { clipboard } from 'electron';
import type { Secret } from '../shared/secret.ts';

/** Long enough to paste it, short enough that it is not pasted somewhere tomorrow. */
const KEPT_MS = 60_000;

interface SecretClipboard extends AsyncDisposable {
  copy(secret: Secret): Promise<void>;
}

/** Takes back what it has put there, unless something else was copied since. Disposing takes it back at once. */
export function createSecretClipboard(): SecretClipboard {
  let ours: { readonly secret: Secret; readonly timer: NodeJS.Timeout } | undefined;
  const takeBack = async (): Promise<void> => {
    const taken = ours;
    ours = undefined;
    if (taken === undefined) return;
    clearTimeout(taken.timer);
    try {
      // Electron answers at once in older versions, and with a promise in newer ones: waiting is right for both.
      if ((await clipboard.readText()) === taken.secret.reveal()) clipboard.clear();
    } catch {
      // What cannot be read can be taken back by nobody; the end of the program does not wait for it.
    }
  };
  return {
    async copy(secret) {
      await clipboard.writeText(secret.reveal());
      if (ours !== undefined) clearTimeout(ours.timer);
      ours = { secret, timer: setTimeout(() => void takeBack(), KEPT_MS) };
    },
    [Symbol.asyncDispose]: takeBack,
  };
}
