import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findWorkspaceDir, planWorkspaceFile, splitInstructions, type WorkspaceFilePlan } from './workspace-files.ts';

const soul = (body: string): { name: 'SOUL.md'; body: string } => ({ name: 'SOUL.md', body });
function textOf(plan: WorkspaceFilePlan): string {
  if (plan.is === 'satisfied') throw new Error(plan.because);
  return plan.text;
}

describe('splitInstructions', () => {
  it('puts who the agent is into one file, how it behaves into the other', () => {
    expect(
      splitInstructions('\r\nname: Barnacle\r\n- **Emoji:** 🦀\r\n\r\nSpeak like a pirate.\r\nName: not this one\r\n'),
    ).toEqual([
      { name: 'IDENTITY.md', body: '- Name: Barnacle\n- Emoji: 🦀' },
      { name: 'SOUL.md', body: 'Speak like a pirate.\nName: not this one' },
    ]);
  });

  it.each([
    ['Be brief.', ['SOUL.md']],
    ['Name: Barnacle', ['IDENTITY.md']],
    ['Name:\nBe brief.', ['SOUL.md']],
    ['Naming: x', ['SOUL.md']],
    [' \n ', []],
  ])('%j', (text, names) => {
    expect(splitInstructions(text).map(({ name }) => name)).toEqual(names);
  });
});

describe('planWorkspaceFile', () => {
  it('is done after it was done', () => {
    const text = textOf(planWorkspaceFile(undefined, soul('Be brief.'), false));
    expect(text).toContain('\nBe brief.\n');
    expect(planWorkspaceFile(text, soul('Be brief.'), true).is).toBe('satisfied');
    expect(planWorkspaceFile(text, soul('Be brief.'), false).is).toBe('satisfied');
  });

  it('puts itself before what is there, and keeps it', () => {
    const text = textOf(planWorkspaceFile('# mine\n', soul('Be brief.'), false));
    expect(text).toMatch(/^<!-- hardshell[^]*Be brief\.[^]*\n# mine\n$/);
    const next = textOf(planWorkspaceFile(text, soul('Be kind.'), false));
    expect(next).toMatch(/^<!-- hardshell[^]*Be kind\.[^]*\n# mine\n$/);
    expect(next).not.toContain('Be brief.');
  });

  it('comes last where the last one counts', () => {
    const file = { name: 'IDENTITY.md', body: '- Name: Barnacle' } as const;
    const text = textOf(planWorkspaceFile('- Name: Olaf\n- Creature: crab\n', file, false));
    expect(text).toMatch(/^- Name: Olaf\n- Creature: crab\n\n<!-- hardshell[^]*- Name: Barnacle\n[^]*-->\n$/);
  });

  it('leaves what was changed by hand, as long as the instructions are the same', () => {
    const written = textOf(planWorkspaceFile(undefined, soul('Be brief.'), false));
    const edited = written.replace('Be brief.', 'Be brief, but kind.');
    expect(planWorkspaceFile(edited, soul('Be brief.'), true)).toEqual({
      is: 'satisfied',
      because: 'SOUL.md was changed since, and stays so',
    });
    expect(planWorkspaceFile(edited, soul('Be loud.'), false)).toMatchObject({ is: 'needed', keepOld: true });
    expect(planWorkspaceFile(written, soul('Be loud.'), false)).toMatchObject({ is: 'needed', keepOld: false });
  });

  it('does not come back where the agent has rewritten the whole file', () => {
    expect(planWorkspaceFile('# I found myself', soul('Be brief.'), true).is).toBe('satisfied');
    expect(planWorkspaceFile('# I found myself', soul('Be loud.'), false).is).toBe('needed');
  });

  it('takes nothing below it for its own, whatever stands there', () => {
    const end = '<!-- /hardshell:instructions -->';
    const quoting = `Never write ${end}.`;
    const text = textOf(planWorkspaceFile(`# mine\n${end}\nall of it\n`, soul(quoting), false));
    expect(planWorkspaceFile(text, soul(quoting), false).is).toBe('satisfied');
    expect(textOf(planWorkspaceFile(text, soul('Be brief.'), false))).toMatch(/\n# mine\n[^]*all of it\n$/);
  });

  it('says when the agent will not be given all of it', () => {
    expect(planWorkspaceFile(undefined, soul('x'.repeat(20_001)), false).because).toContain('first 20000 characters');
  });

  it('keeps any text around it, and takes any text into it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (theirs, first, second) => {
        fc.pre(first.trim() !== '' && second.trim() !== '' && theirs.trim() !== '');
        const once = textOf(planWorkspaceFile(theirs, soul(first), false));
        expect(once.endsWith(theirs)).toBe(true);
        expect(planWorkspaceFile(once, soul(first), false).is).toBe('satisfied');
        fc.pre(first.trim() !== second.trim());
        const twice = textOf(planWorkspaceFile(once, soul(second), false));
        expect(twice.endsWith(theirs)).toBe(true);
        expect(planWorkspaceFile(twice, soul(second), false).is).toBe('satisfied');
      }),
    );
  });
});

describe('findWorkspaceDir', () => {
  const place = { home: '/home/openclaw', stateDir: '/home/openclaw/.openclaw' };
  it.each([
    [{}, '/home/openclaw/.openclaw/workspace'],
    [{ agents: { defaults: { workspace: '~/mine' } } }, '/home/openclaw/mine'],
    [{ agents: { entries: { main: { workspace: '/srv/a' } } } }, '/srv/a'],
    [{ agents: { entries: { main: {} } } }, '/home/openclaw/.openclaw/workspace'],
    [{ agents: { entries: { main: {}, b: {} } } }, '/home/openclaw/.openclaw/workspace-main'],
    [{ agents: { defaults: { workspace: '/srv/all' }, entries: { main: {}, b: {} } } }, '/srv/all/main'],
    [{ agents: { defaults: { workspace: '' } } }, '/home/openclaw/.openclaw/workspace'],
  ])('%j -> %s', (config, dir) => {
    expect(findWorkspaceDir(config, place)).toBe(dir);
  });
});
