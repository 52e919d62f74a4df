import fc from 'fast-check';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { fromDoorSchema, type FromDoor } from '../../src/shared/contract/wire.ts';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { isNumbered, isValidCall, randomMessage } from '../panel/random-calls.ts';
import { describeWithDesktop, openDesktop } from './desktop.ts';

const RANDOM_CALLS = 10_000;
const BATCH = 100;
const FIRST_ID = 1_000_000;

describeWithDesktop('the IPC of the desktop app', () => {
  it('takes 10 000 random calls: none crashes it, none passes that the contract does not know', async () => {
    await using dir = await tempDataDir();
    // nothing that a call may ask for goes out of this computer, and nothing opens on it
    await using desktop = await openDesktop(dir.path, {
      env: { HARDSHELL_MIRROR_NPM: 'http://127.0.0.1:9', HOME: dir.path },
    });
    const { app, page } = desktop;
    await page.getByText('Where should your OpenClaw live?').waitFor();
    await app.evaluate(({ dialog, shell }) => {
      shell.openExternal = () => Promise.resolve();
      // nobody is there who would choose a file
      dialog.showSaveDialog = () => Promise.resolve({ canceled: true, filePath: '' });
    });
    // The page's own ear is taken from it: its calls are numbered from 1, ours from a million.
    await page.evaluate('globalThis.heard = []; hardshell.onMessage((message) => heard.push(message))');

    const sent = fc.sample(randomMessage, { numRuns: RANDOM_CALLS, seed: 13 });
    const asked = new Map<number, unknown>();
    const replies = new Map<number, FromDoor>();
    const hearUpTo = (unanswered: number): Promise<void> =>
      expect
        .poll(async () => asked.size - (await hear(page, replies)), { timeout: 60_000, interval: 10 })
        .toBeLessThanOrEqual(unanswered);
    for (let from = 0; from < sent.length; from += BATCH) {
      const batch = sent.slice(from, from + BATCH).map((message, index) => {
        const id = FIRST_ID + from + index;
        if (!isNumbered(message)) return message;
        const numbered = { ...message, id };
        asked.set(id, numbered);
        return numbered;
      });
      await say(page, batch);
      // a call to a server that does not answer takes its time: those after it need not wait, and 200 may be under way
      await hearUpTo(BATCH / 2);
    }
    await hearUpTo(0);
    let [answered, refused] = [0, 0];
    for (const [id, message] of asked) {
      const reply = replies.get(id);
      if (isValidCall(message)) {
        answered += 1;
        if (reply?.type === 'refusal') expect(reply.error.code, JSON.stringify(message)).not.toBe('internal.bug');
      } else {
        refused += 1;
        expect(reply, JSON.stringify(message)).toMatchObject({ type: 'refusal', error: { code: 'usage.invalid' } });
      }
    }
    // All kinds were there in numbers, or nothing was tested.
    expect(Math.min(answered, refused)).toBeGreaterThan(RANDOM_CALLS / 10);
    expect(RANDOM_CALLS - asked.size).toBeGreaterThan(RANDOM_CALLS / 20);
    await page.reload();
    await page.getByText('Where should your OpenClaw live?').waitFor();
    expect(desktop.said()).not.toContain('"level":"error"');
  });
});

/** As a page that has been taken over would: straight into the pipe, bytes included. */
async function say(page: Page, messages: readonly unknown[]): Promise<void> {
  await page.evaluate((list) => {
    const { hardshell } = globalThis as unknown as {
      hardshell: { post(message: unknown): void; postBytes(frame: Uint8Array): void };
    };
    for (const message of list) hardshell.post(message);
    hardshell.postBytes(new Uint8Array(list.length % 9).fill(list.length));
  }, messages);
}

/** How many calls have been answered. */
async function hear(page: Page, replies: Map<number, FromDoor>): Promise<number> {
  for (const one of await page.evaluate<unknown[]>('heard.splice(0)')) {
    const message = fromDoorSchema.parse(one);
    if (message.type !== 'event') replies.set(message.id, message);
  }
  return replies.size;
}
