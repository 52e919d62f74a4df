import { expect, it } from 'vitest';
import { createSaveQuestions } from './save-questions.ts';

const sheet = { name: 'recovery.txt', content: 'the key' };
const bundle = { name: 'support.tar.gz', content: Buffer.from('an archive') };

function setUp() {
  const asked: { readonly name: string; answer(saved: boolean | Error): void }[] = [];
  const save = createSaveQuestions(
    ({ name }) =>
      new Promise<boolean>((resolve, reject) => {
        asked.push({ name, answer: (saved) => (typeof saved === 'boolean' ? resolve(saved) : reject(saved)) });
      }),
  );
  return { save, asked, names: () => asked.map(({ name }) => name) };
}

it('asks for one file after the other, and tells each what became of itself', async () => {
  const { save, asked, names } = setUp();
  const first = save(sheet);
  const second = save(bundle);
  await expect.poll(names).toEqual(['recovery.txt']);
  asked[0]?.answer(true);
  expect(await first).toBe(true);
  await expect.poll(names).toEqual(['recovery.txt', 'support.tar.gz']);
  asked[1]?.answer(false);
  expect(await second).toBe(false);
});

it('asks once for what is asked for twice', async () => {
  const { save, asked, names } = setUp();
  const answers = [save(bundle), save(sheet), save({ ...bundle, content: Buffer.from('an archive') })];
  await expect.poll(names).toEqual(['support.tar.gz']);
  asked[0]?.answer(true);
  await expect.poll(names).toEqual(['support.tar.gz', 'recovery.txt']);
  asked[1]?.answer(false);
  expect(await Promise.all(answers)).toEqual([true, false, true]);
});

it('takes another content under the same name for another file', async () => {
  const { save, asked, names } = setUp();
  const answers = [save(sheet), save({ ...sheet, content: 'another key' })];
  await expect.poll(names).toHaveLength(1);
  asked[0]?.answer(true);
  await expect.poll(names).toHaveLength(2);
  asked[1]?.answer(false);
  expect(await Promise.all(answers)).toEqual([true, false]);
});

it('goes on after one that could not be written, and asks again for it', async () => {
  const { save, asked, names } = setUp();
  const first = save(sheet);
  const second = save(bundle);
  await expect.poll(names).toHaveLength(1);
  asked[0]?.answer(new Error('no room'));
  await expect(first).rejects.toThrow('no room');
  await expect.poll(names).toHaveLength(2);
  asked[1]?.answer(true);
  expect(await second).toBe(true);
  void save(sheet);
  await expect.poll(names).toEqual(['recovery.txt', 'support.tar.gz', 'recovery.txt']);
});
