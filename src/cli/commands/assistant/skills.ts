import type { Command } from 'commander';
import { skillSlugSchema } from '../../../shared/model/workspace.ts';
import { alignRows, bold, dim, green, yellow } from '../../output/line.ts';
import { done, usageError, type Bind, type Outcome } from '../command.ts';
import { tell, topicCommand, type Asked } from './topic.ts';

export function skillsCommand(bind: Bind): Command {
  return topicCommand(bind, {
    name: 'skills',
    summary: 'show, install, update or remove the skills of an instance',
    description: 'Shows, installs, updates or removes what the agent has learnt to do. Skills come from ClawHub.',
    verbs: {
      list: { words: '', summary: 'what there is, and what it lacks', least: 0, most: 0, run: list },
      search: { words: 'WORDS', summary: 'what ClawHub has', least: 1, most: 20, run: search },
      install: {
        words: 'SKILL',
        summary: 'fetches one from ClawHub',
        least: 1,
        most: 1,
        question: ([slug], name) => `Install ${slug ?? ''} for ${name}? A skill is a program of somebody else.`,
        run: install,
      },
      update: {
        words: '[SKILL]',
        summary: 'renews one, or all that were installed',
        least: 0,
        most: 1,
        question: ([slug], name) => `Update ${slug ?? 'all installed skills'} of ${name}?`,
        run: update,
      },
      on: { words: 'SKILL', summary: 'lets the agent use it', least: 1, most: 1, run: (asked) => enable(asked, true) },
      off: {
        words: 'SKILL',
        summary: 'hides it from the agent',
        least: 1,
        most: 1,
        run: (asked) => enable(asked, false),
      },
      remove: {
        words: 'SKILL',
        summary: 'deletes one that was installed',
        least: 1,
        most: 1,
        question: ([skill], name) => `Delete ${skill ?? ''} of ${name}?`,
        run: remove,
      },
    },
  });
}

async function list({ session, core, instance, ask }: Asked): Promise<Outcome> {
  const skills = await ask('Asking for the skills', (options) => core.skills.list(instance.name, options));
  if (!session.json) {
    const { out } = session.screen;
    const rows = skills.map(({ name, ready, enabled, missing, description }) => [
      bold(name),
      ready ? green('ready') : enabled ? yellow('lacks') : dim('off'),
      ready || !enabled ? description : missing.join(', '),
    ]);
    out.print(...alignRows(rows, { columns: out.columns() }));
  }
  return done({ skills });
}

async function search({ session, core, instance, ask, words }: Asked): Promise<Outcome> {
  const foundSkills = await ask('Searching', (options) => core.skills.search(instance.name, words.join(' '), options));
  if (!session.json) {
    const { out } = session.screen;
    const rows = foundSkills.map(({ slug, summary }) => [bold(slug), summary]);
    out.print(
      ...(rows.length === 0 ? [['ClawHub has nothing of that name.']] : alignRows(rows, { columns: out.columns() })),
    );
  }
  return done({ foundSkills });
}

async function install(asked: Asked): Promise<Outcome> {
  const slug = readSlug(asked.words[0] ?? '');
  await asked.ask('Installing it', (options) => asked.core.skills.install(asked.instance.name, slug, options));
  tell(asked, `${asked.instance.name} has learnt ${slug}.`);
  return done();
}

async function update(asked: Asked): Promise<Outcome> {
  const [word] = asked.words;
  const slug = word === undefined ? undefined : readSlug(word);
  const renewed = await asked.ask('Updating', (options) =>
    asked.core.skills.update(asked.instance.name, slug, options),
  );
  tell(asked, renewed === 0 ? 'Everything is the newest.' : `Updated: ${String(renewed)}.`);
  return done({ renewed });
}

async function enable(asked: Asked, enabled: boolean): Promise<Outcome> {
  const skill = asked.words[0] ?? '';
  await asked.ask('Switching it', (options) => asked.core.skills.enable(asked.instance.name, skill, enabled, options));
  tell(asked, `${skill} is ${enabled ? 'on' : 'off'}.`);
  return done();
}

async function remove(asked: Asked): Promise<Outcome> {
  const skill = asked.words[0] ?? '';
  await asked.ask('Deleting it', (options) => asked.core.skills.remove(asked.instance.name, skill, options));
  tell(asked, `${skill} is gone.`);
  return done();
}

function readSlug(word: string): string {
  const parsed = skillSlugSchema.safeParse(word);
  if (!parsed.success) throw usageError(parsed.error.issues[0]?.message ?? 'That is no skill.');
  return parsed.data;
}
