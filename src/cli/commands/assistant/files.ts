import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../shared/app-error.ts';
import { workspaceFileNameSchema, workspaceTextSchema } from '../../../shared/model/workspace.ts';
import { alignRows, bold, dim } from '../../output/line.ts';
import { formatAge, formatBytes } from '../../output/quantity.ts';
import { done, usageError, type Bind, type Outcome } from '../command.ts';
import { tell, topicCommand, type Asked } from './topic.ts';

export function filesCommand(bind: Bind): Command {
  return topicCommand(bind, {
    name: 'files',
    summary: "show or change the files that tell an instance's agent who it is",
    description:
      'Shows or changes the files that tell the agent who it is and how it works (IDENTITY.md, SOUL.md, AGENTS.md, …). What is replaced is kept in a history.',
    verbs: {
      list: { words: '', summary: 'which there are', least: 0, most: 0, run: list },
      get: { words: 'FILE', summary: 'writes it to standard output', least: 1, most: 1, run: get },
      put: {
        words: 'FILE PATH',
        summary: 'replaces it by a file of this computer',
        least: 2,
        most: 2,
        question: ([file], name) => `Replace ${file ?? ''} of ${name}? What is there now is kept.`,
        run: put,
      },
      history: { words: 'FILE', summary: 'the texts that it had', least: 1, most: 1, run: history },
      revert: {
        words: 'FILE VERSION',
        summary: 'puts an older text back',
        least: 2,
        most: 2,
        question: ([file, version], name) => `Put ${version ?? ''} of ${file ?? ''} back into ${name}?`,
        run: revert,
      },
    },
  });
}

async function list({ session, core, instance, ask }: Asked): Promise<Outcome> {
  const files = await ask('Asking for the files', (options) => core.files.list(instance.name, options));
  if (!session.json) {
    session.screen.out.print(
      ...alignRows(
        files.map(({ name, there, bytes = 0, changedAt }) => [
          bold(name),
          there ? formatBytes(bytes) : dim('not there'),
          changedAt === undefined ? '' : dim(formatAge(Date.parse(changedAt), session.io.nowMs())),
        ]),
      ),
    );
  }
  return done({ files });
}

async function get({ session, core, instance, ask, words }: Asked): Promise<Outcome> {
  const name = readName(words[0]);
  const file = await ask('Reading it', (options) => core.files.read(instance.name, name, options));
  if (file.hash === undefined) throw new AppError('file.unknown', { message: `${name} is not there yet.` });
  // As it is, to be put into a file; a terminal is given no more than text.
  if (!session.json)
    session.screen.out.print(
      ...file.text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => [line]),
    );
  return done({ file });
}

async function put(asked: Asked): Promise<Outcome> {
  const { session, core, instance, ask, words } = asked;
  const name = readName(words[0]);
  const path = resolve(session.io.cwd, words[1] ?? '');
  const text = workspaceTextSchema.safeParse(await readText(path));
  if (!text.success) throw usageError(text.error.issues[0]?.message ?? 'That is no text.');
  const file = await ask('Writing it', async (options) => {
    const { hash } = await core.files.read(instance.name, name, options);
    return await core.files.write(instance.name, name, text.data, hash, options);
  });
  tell(asked, `${name} is written; what was there is kept.`);
  return done({ file });
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch {
    throw usageError(`${path} cannot be read as text.`);
  }
}

async function history({ session, core, instance, words }: Asked): Promise<Outcome> {
  const name = readName(words[0]);
  const versions = await core.files.history(instance.name, name);
  if (!session.json) {
    const rows = versions.map(({ id, at, who = 'found so', chars }) => [
      bold(id),
      dim(formatAge(Date.parse(at), session.io.nowMs())),
      who,
      dim(`${String(chars)} characters`),
    ]);
    session.screen.out.print(...(rows.length === 0 ? [[`${name} was not changed here yet.`]] : alignRows(rows)));
  }
  return done({ versions });
}

async function revert(asked: Asked): Promise<Outcome> {
  const { core, instance, words, ask } = asked;
  const name = readName(words[0]);
  const file = await ask('Putting it back', (options) =>
    core.files.revert(instance.name, name, words[1] ?? '', options),
  );
  tell(asked, `${name} is as it was.`);
  return done({ file });
}

function readName(word = ''): string {
  const parsed = workspaceFileNameSchema.safeParse(word);
  if (!parsed.success) throw usageError(parsed.error.issues[0]?.message ?? 'That is no file.');
  return parsed.data;
}
