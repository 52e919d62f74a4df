import { expect, it } from 'vitest';
import { tabFor } from './tab-for.ts';

it('leads to where a person mends what was found', () => {
  expect(['channel.telegram', 'telegram.twice', 'backup.age', 'config.hooks-token'].map(tabFor)).toEqual([
    'channels',
    'channels',
    'backups',
    'configuration',
  ]);
});

it('leads nowhere where there is no page for it', () => {
  expect(
    ['machine.disk', 'openclaw.config', 'constructor.x', 'channel', ''].every((id) => tabFor(id) === undefined),
  ).toBe(true);
});
