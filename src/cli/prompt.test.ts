import { describe, expect, it } from 'vitest';
import { createFakeIo } from '../../test/cli/fake-io.ts';
import { AppError } from '../shared/app-error.ts';
import { createPrompter } from './prompt.ts';

const never = new AbortController().signal;

describe('the prompter', () => {
  it('reads lines, also when they were typed ahead, and a secret without an echo', async () => {
    const io = createFakeIo({ tty: true });
    const prompter = createPrompter(io.stdin);
    io.type('yes\r\nhunter2\rno\n');
    expect(await prompter.readLine(never)).toBe('yes');
    expect((await prompter.readHidden(never)).reveal()).toBe('hunter2');
    expect(io.rawMode).toEqual([true, false]);
    expect(await prompter.readLine(never)).toBe('no');
    expect(io.written.both).toBe('');
    expect(io.stdin.listenerCount('data')).toBe(0);
  });

  it('edits a hidden line as a terminal would', async () => {
    const io = createFakeIo({ tty: true });
    const prompter = createPrompter(io.stdin);
    const secret = prompter.readHidden(never);
    for (const keys of ['wrong\u0015', 'pa', '\u007fäx\u007f', '\u001b[D', '\u001b[200~ss\u001b[201~', '\r'])
      io.type(keys);
    expect((await secret).reveal()).toBe('päss');
  });

  it('puts together a character that came in two pieces', async () => {
    const io = createFakeIo({ tty: true });
    const line = createPrompter(io.stdin).readLine(never);
    const bytes = Buffer.from('ключ\n');
    io.stdin.push(bytes.subarray(0, 3));
    io.stdin.push(bytes.subarray(3));
    expect(await line).toBe('ключ');
  });

  it.each(['\u0003', '\u0004'])('takes %j for no', async (key) => {
    const io = createFakeIo({ tty: true });
    const secret = createPrompter(io.stdin).readHidden(never);
    io.type(key);
    await expect(secret).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(io.rawMode).toEqual([true, false]);
  });

  it('ends with its input, and with its signal', async () => {
    const io = createFakeIo({ tty: true });
    const line = createPrompter(io.stdin).readLine(never);
    io.endInput();
    await expect(line).rejects.toMatchObject({ code: 'run.cancelled' });
    const controller = new AbortController();
    const secret = createPrompter(createFakeIo({ tty: true }).stdin).readHidden(controller.signal);
    controller.abort(new AppError('run.deadline'));
    await expect(secret).rejects.toMatchObject({ code: 'run.deadline' });
  });
});
