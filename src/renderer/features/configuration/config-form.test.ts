import { describe, expect, it } from 'vitest';
import { buildPatch, checkForm, readForm, rebaseForm } from './config-form.ts';
import { findIssue } from './find-issue.ts';

const now = '2026-09-20T12:00:00.000Z';
const value = {
  agents: { defaults: { model: { primary: 'a/b', fallbacks: ['c/d'] }, timeoutSeconds: 60 } },
  logging: { level: 'info' },
  update: { checkOnStart: false },
};
const form = readForm(value);
const patch = (more: Partial<typeof form>, over: Readonly<Record<string, unknown>> = value) =>
  buildPatch(over, { ...readForm(over), ...more }, now);

describe('the form', () => {
  it('shows what is set, and asks for nothing that was not typed', () => {
    expect(form).toMatchObject({
      model: 'a/b',
      fallbacks: 'c/d',
      timeout: '60',
      logging: 'info',
      update: 'off',
      tools: '',
    });
    expect(patch({})).toEqual({});
  });

  it('asks for what was typed alone', () => {
    expect(patch({ logging: 'debug', timeout: '', update: 'on' })).toEqual({
      agents: { defaults: { timeoutSeconds: null } },
      logging: { level: 'debug' },
      update: { checkOnStart: true },
    });
    expect(patch({ telemetry: 'on' })).toEqual({ telemetry: { enabled: true, consentedAt: now } });
  });

  it('keeps the shape in which a model is written', () => {
    const plain = { agents: { defaults: { model: 'a/b' } } };
    const model = (wanted: unknown) => ({ agents: { defaults: { model: wanted } } });
    expect(patch({ model: 'x/y' })).toEqual(model({ primary: 'x/y', fallbacks: ['c/d'] }));
    expect(patch({ fallbacks: '' })).toEqual(model({ primary: 'a/b', fallbacks: null }));
    expect(patch({ model: 'x/y' }, plain)).toEqual(model('x/y'));
    expect(patch({ fallbacks: 'c/d\n\n e/f ' }, plain)).toEqual(model({ primary: 'a/b', fallbacks: ['c/d', 'e/f'] }));
    expect(patch({ model: '' }, plain)).toEqual(model(null));
  });

  it('takes nothing back that somebody else has set in the meantime', () => {
    const theirs = { ...value, logging: { level: 'warn' } };
    const mine = rebaseForm(value, theirs, { ...form, tools: 'full' });
    expect(buildPatch(theirs, mine, now)).toEqual({ tools: { profile: 'full' } });
  });

  it('says what is wrong with it', () => {
    expect(checkForm(form)).toEqual({});
    expect(checkForm({ ...form, timeout: 'soon', label: 'x'.repeat(25), model: 'gpt', fallbacks: 'c/d\nno' })).toEqual({
      timeout: 'number',
      label: 'long',
      model: 'model',
      fallbacks: 'model',
    });
    expect(checkForm({ ...form, timeout: '0' })).toEqual({ timeout: 'number' });
  });
});

describe('the place of what is wrong', () => {
  const text = '{\n  "logging": {\n    "level": "loud"\n  },\n  tools: { profile: "x" }\n}\n';
  const at = (issue: Parameters<typeof findIssue>[1]): string => {
    const { from, to } = findIssue(text, issue);
    return text.slice(from, to);
  };
  it('is its name, or the nearest that is there', () => {
    expect(at({ message: '', path: 'logging.level' })).toBe('"level"');
    expect(at({ message: '', path: 'tools.profile' })).toBe('profile');
    expect(at({ message: '', path: 'logging.nothing' })).toBe('"logging"');
    expect(at({ message: '', path: '<root>' })).toBe('{');
    expect(findIssue(text, { message: '', line: 2, column: 3 })).toEqual({ from: 4, to: 5 });
    expect(findIssue(text, { message: '', line: 99, column: 3 })).toEqual({ from: text.length, to: text.length });
  });
});
