import { describe, expect, it } from 'vitest';
import { openTestPanel } from '../../test/panel/open-panel.ts';
import type { Imports } from '../core/index.ts';
import { AppError } from '../shared/app-error.ts';

const target = { kind: 'docker' } as const;

describe('What exists already, at a door with an interface', () => {
  it('is listed, with the reason where it cannot be adopted', async () => {
    const problem = new AppError('import.stopped', { message: 'It does not run: secret-1.' });
    const found = [{ id: 'c-0123456789ab', kind: 'container', title: 'theirs', problem } as const];
    const { connect, core } = openTestPanel({ found: () => found });
    const client = connect();
    const answer = await client.call('import.look', {
      draftId: 'd-0123456789abcdef',
      target,
      secrets: { sshPassword: 'secret-1' },
    });
    expect(answer).toMatchObject([{ title: 'theirs', problem: { code: 'import.stopped', retry: true } }]);
    // What the page handed in comes back in no reply.
    expect(JSON.stringify(client.messages)).not.toContain('secret-1');
    expect(core.calls).toEqual([['imports.look', { target }]]);
  });

  it('is not waited for any longer by who has given it up', async () => {
    const { connect, core } = openTestPanel();
    let aborted: unknown;
    const imports: { look: Imports['look'] } = core.imports;
    imports.look = (_, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          aborted = signal.reason;
          reject(new AppError('run.cancelled'));
        });
      });
    const client = connect();
    const draftId = 'd-0123456789abcdef';
    const refused = client.refused('import.look', { draftId, target });
    await client.call('deployment.abandon', { draftId });
    expect(await refused).toMatchObject({ code: 'run.cancelled' });
    expect(aborted).toMatchObject({ code: 'run.cancelled' });
  });

  it('is adopted after a preview', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    const asked = { draftId: 'd-0123456789abcdef', target, name: 'helper', which: 'c-0123456789ab' };
    const { previewId } = await client.call('import.preview', asked);
    expect(await client.call('import.start', { previewId })).toHaveProperty('runId');
    expect(core.calls.map(([name]) => name)).toEqual(['imports.preview', 'start']);
    expect(core.calls[0]?.[1]).toMatchObject({
      request: { target, name: 'helper', which: 'c-0123456789ab', changes: [] },
    });
  });

  it.each([
    ['a place that is none', { target: { kind: 'moon' } }, 'input.target.kind'],
    ['an id that is none', { which: 'all of them' }, 'input.which'],
    ['a change that is not offered', { changes: ['everything'] }, 'input.changes.0'],
    ['a name that is none', { name: '' }, 'input.name'],
  ])('%s is refused with its path', async (_, more, path) => {
    const { connect } = openTestPanel();
    const asked = { draftId: 'd-0123456789abcdef', target, name: 'helper', which: 'c-0123456789ab', ...more };
    expect(await connect().refused('import.preview', asked)).toMatchObject({
      code: 'usage.invalid',
      details: { path },
    });
  });
});
