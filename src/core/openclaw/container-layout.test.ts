import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { instanceIdSchema, instanceNameSchema } from '../../shared/model/ids.ts';
import { layoutContainer, slugName } from './container-layout.ts';

const id = instanceIdSchema.parse('i-0123456789abcdef');

describe('the names of a container', () => {
  it.each([
    ['research', 'research'],
    ["Müller's bot 2", 'muller-s-bot-2'],
    ['日本', ''],
    ['--x--', 'x'],
    ['a'.repeat(63), 'a'.repeat(32)],
  ])('%s becomes %s', (name, slug) => {
    expect(slugName(name)).toBe(slug);
  });

  it('never leaves what Docker, and a host name, accept', () => {
    const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 63 });
    fc.assert(
      fc.property(names, (name) => {
        if (!instanceNameSchema.safeParse(name).success) return;
        const layout = layoutContainer({ id, name });
        expect(layout.container).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
        expect(layout.hostname).not.toMatch(/-$/);
        expect(layout.stateVolume).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
      }),
    );
  });

  it('is another one for each instance, whatever it is called', () => {
    const other = instanceIdSchema.parse('i-fedcba9876543210');
    const one = layoutContainer({ id, name: 'research' });
    const two = layoutContainer({ id: other, name: 'research' });
    for (const key of ['container', 'network', 'stateVolume', 'secretsVolume'] as const)
      expect(one[key]).not.toBe(two[key]);
    expect(one.container).toBe('openclaw-research-01234567');
  });
});
