import { expect, it } from 'vitest';
import { openLink } from './open-link.ts';

function opened(url: string): unknown[][] {
  const calls: unknown[][] = [];
  openLink(url, {
    open: (...args: unknown[]) => {
      calls.push(args);
      return null;
    },
  });
  return calls;
}

it('opens a link beside this page, which the other page cannot reach', () => {
  expect(opened('https://openclaw.ai/a?b#c')).toEqual([['https://openclaw.ai/a?b#c', '_blank', 'noopener,noreferrer']]);
});

it.each(['http://openclaw.ai', 'file:///etc/passwd', 'javascript:alert(1)', 'HTTPS.example'])(
  'leaves %s closed',
  (url) => {
    expect(opened(url)).toEqual([]);
  },
);
