import { describe, expect, it } from 'vitest';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { FindingView, PreviewView } from '../../../shared/contract/deployment.ts';
import type { InstanceId, RunId } from '../../../shared/model/ids.ts';
import { beginWizard, reduceWizard, type WizardAction, type WizardState } from './wizard-state.ts';

const run = (state: WizardState, ...actions: readonly WizardAction[]): WizardState =>
  actions.reduce(reduceWizard, state);

const finding = (level: FindingView['level']): FindingView => ({
  id: 'disk',
  title: 'Disk space',
  level,
  because: '.',
});
const preview = (...findings: FindingView[]): PreviewView => ({
  previewId: 'r-000000000-00000000' as RunId,
  instance: {
    id: `i-${'0'.repeat(16)}` as InstanceId,
    name: 'home',
    target: { kind: 'local' },
    createdAt: '2026-01-01T00:00:00.000Z',
    phase: 'deploying',
    version: '2026.9.6',
    nodeVersion: '24.21.0',
    port: 18789,
    telemetry: false,
    installer: 'pinned',
  },
  findings,
  steps: [],
});
const error = (code: string): ErrorReport => ({ code, message: `It is ${code}.`, retry: false });
const look: WizardAction = { type: 'asked', question: 'look', draftId: 'd-1' };
const plan: WizardAction = { type: 'asked', question: 'plan', draftId: 'd-2' };

describe('the wizard', () => {
  it('loses nothing on the way back', () => {
    const there = run(
      beginWizard('server'),
      { type: 'typed', change: { host: 'a.example.org', password: ' secret ' } },
      look,
      { type: 'answered', draftId: 'd-1', preview: preview(finding('ok')) },
      { type: 'went', to: 'what' },
      { type: 'typed', change: { name: 'atlas', instructions: 'Be kind.' } },
    );
    const back = run(there, { type: 'went', to: 'check' }, { type: 'went', to: 'where' });
    expect(back.draft).toEqual(there.draft);
    expect(back.look).toEqual(there.look);
    expect(run(back, { type: 'went', to: 'what' })).toEqual(there);
  });

  it('keeps no secret of who has left it, and asks for it again where it is typed', () => {
    const there = run(
      beginWizard('server'),
      { type: 'typed', change: { host: 'a.example.org', login: 'password', password: 'p', sudoPassword: 's' } },
      look,
      { type: 'answered', draftId: 'd-1', preview: preview(finding('ok')) },
      { type: 'went', to: 'what' },
      { type: 'typed', change: { name: 'atlas', providerKey: 'k', telegramToken: 't', passphrase: 'h' } },
      plan,
      { type: 'answered', draftId: 'd-2', preview: preview() },
    );
    const left = run(there, { type: 'left' });
    expect(left).toMatchObject({ screen: 'where', look: { is: 'not-asked' }, plan: { is: 'not-asked' } });
    const secrets = { password: '', sudoPassword: '', passphrase: '', providerKey: '', telegramToken: '' };
    expect(left.draft).toEqual({ ...there.draft, ...secrets });

    const keyed = run(
      beginWizard('local'),
      look,
      { type: 'answered', draftId: 'd-1', preview: preview(finding('ok')) },
      { type: 'typed', change: { providerKey: 'k' } },
      plan,
      { type: 'answered', draftId: 'd-2', preview: preview() },
    );
    expect(keyed.screen).toBe('review');
    expect(run(keyed, { type: 'left' })).toMatchObject({
      screen: 'what',
      look: keyed.look,
      plan: { is: 'not-asked' },
      draft: { providerKey: '' },
    });
    const open = run(beginWizard('local'), { type: 'typed', change: { name: 'atlas' } });
    expect(run(open, { type: 'left' })).toBe(open);
  });

  it('goes on by itself on this computer when all is well there, once', () => {
    const done = run(beginWizard('local'), look, {
      type: 'answered',
      draftId: 'd-1',
      preview: preview(finding('ok'), finding('fix')),
    });
    expect(done.screen).toBe('what');
    expect(run(done, { type: 'went', to: 'check' }).screen).toBe('check');
  });

  it.each(['warn', 'refuse'] as const)('stays where there is something to read: %s', (level) => {
    const state = run(beginWizard('local'), look, {
      type: 'answered',
      draftId: 'd-1',
      preview: preview(finding(level)),
    });
    expect(state.screen).toBe('check');
  });

  it('waits for the person on a server', () => {
    const state = run(beginWizard('server'), look, {
      type: 'answered',
      draftId: 'd-1',
      preview: preview(finding('ok')),
    });
    expect(state.screen).toBe('check');
  });

  it('looks anew after the way to the server changed, and plans anew after anything changed', () => {
    const there = run(beginWizard('server'), look, { type: 'answered', draftId: 'd-1', preview: preview() }, plan, {
      type: 'answered',
      draftId: 'd-2',
      preview: preview(),
    });
    const renamed = run(there, { type: 'typed', change: { name: 'b' } });
    expect([renamed.look.is, renamed.plan.is]).toEqual(['answered', 'not-asked']);
    const moved = run(there, { type: 'typed', change: { user: 'anna' } });
    expect([moved.look.is, moved.plan.is]).toEqual(['not-asked', 'not-asked']);
  });

  it('is wrong as a whole when it is checked, not when one field of it is mended: the focus would jump on', () => {
    const errors = { host: 'It is missing.', port: 'It is no port.' };
    const checked = run(beginWizard('server'), { type: 'wrong', errors });
    const typed = run(checked, { type: 'typed', change: { host: 'a' } });
    expect(typed).toMatchObject({ errors: { port: 'It is no port.' }, found: errors });
    expect(typed.found).toBe(checked.found);
    expect(run(typed, { type: 'wrong', errors: { ...errors } }).found).not.toBe(checked.found);
  });

  it('does not hear of a preview that it has given up', () => {
    const typedOn = run(beginWizard('server'), look, { type: 'typed', change: { host: 'b' } });
    expect(run(typedOn, { type: 'answered', draftId: 'd-1', preview: preview() })).toEqual(typedOn);
    expect(run(typedOn, { type: 'refused', draftId: 'd-1', error: error('host.unreachable') })).toEqual(typedOn);
    expect(run(typedOn, { type: 'advanced', draftId: 'd-1', phase: 'reading' })).toEqual(typedOn);
  });

  it.each([
    ['password', 'host.auth-failed', 'password'],
    ['key', 'host.auth-failed', 'keyFile'],
    ['key', 'host.identity-unusable', 'passphrase'],
    ['auto', 'host.unreachable', 'host'],
    ['auto', 'host.sudo-password', 'sudoPassword'],
  ] as const)('brings back the field: login by %s, %s', (login, code, field) => {
    const state = run(beginWizard('server'), { type: 'typed', change: { login } }, look, {
      type: 'refused',
      draftId: 'd-1',
      error: error(code),
    });
    expect(state.screen).toBe('where');
    expect(Object.keys(state.errors)).toEqual([field]);
    expect(state.refusal?.code).toBe(code);
  });

  it('brings back the name where it is taken, and keeps the look around', () => {
    const state = run(beginWizard('local'), look, { type: 'answered', draftId: 'd-1', preview: preview() }, plan, {
      type: 'refused',
      draftId: 'd-2',
      error: error('instance.exists'),
    });
    expect(state).toMatchObject({
      screen: 'what',
      errors: { name: 'It is instance.exists.' },
      look: { is: 'answered' },
    });
  });

  it('has no way through a changed host key', () => {
    const state = run(beginWizard('server'), look, {
      type: 'refused',
      draftId: 'd-1',
      error: error('host.key-changed'),
    });
    expect(state).toMatchObject({ screen: 'check', look: { is: 'refused' } });
  });

  it('forgets all, secrets first, when it is dropped', () => {
    const state = run(beginWizard('server'), { type: 'typed', change: { password: 'x' } }, { type: 'dropped' });
    expect(state).toEqual(beginWizard('server'));
  });
});
