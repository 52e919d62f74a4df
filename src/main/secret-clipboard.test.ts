import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../shared/secret.ts';
import { createSecretClipboard } from './secret-clipboard.ts';

const { clipboard } = vi.hoisted(() => ({
  clipboard: {
    text: '',
    isBroken: false,
    readText: () => (clipboard.isBroken ? Promise.reject(new Error('no clipboard')) : Promise.resolve(clipboard.text)),
    writeText(text: string) {
      if (clipboard.isBroken) return Promise.reject(new Error('no clipboard'));
      clipboard.text = text;
      return Promise.resolve();
    },
    clear: () => (clipboard.text = ''),
  },
}));
// There is no Electron in a unit test, and the system's clipboard is not the test's to write.
vi.mock('electron', () => ({ clipboard }));

describe('a secret on the clipboard', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(clipboard, { text: '', isBroken: false });
  });
  afterEach(() => vi.useRealTimers());

  it('is taken back after a while, and what was copied since is left', async () => {
    await using secrets = createSecretClipboard();
    await secrets.copy(new Secret('t0ken'));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(clipboard.text).toBe('');
    await secrets.copy(new Secret('t0ken'));
    clipboard.text = 'a poem';
    await vi.advanceTimersByTimeAsync(120_000);
    expect(clipboard.text).toBe('a poem');
  });

  it('is taken back also where the next one could not be put there', async () => {
    await using secrets = createSecretClipboard();
    await secrets.copy(new Secret('t0ken'));
    clipboard.isBroken = true;
    await expect(secrets.copy(new Secret('another'))).rejects.toThrow('no clipboard');
    clipboard.isBroken = false;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(clipboard.text).toBe('');
  });

  it('holds up no end where it cannot be read any more', async () => {
    const secrets = createSecretClipboard();
    await secrets.copy(new Secret('t0ken'));
    clipboard.isBroken = true;
    await secrets[Symbol.asyncDispose]();
  });
});
