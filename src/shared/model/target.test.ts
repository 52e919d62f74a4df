import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { formatTarget, parseHop, parseTarget, sshHopSchema, targetSchema, type SshHop } from './target.ts';

function refusal(work: () => unknown): { code: string; message: string; hint: string | undefined; path: unknown } {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError)
      return { code: error.code, message: error.message, hint: error.hint, path: error.details?.['path'] };
    throw error;
  }
  throw new Error('It was accepted.');
}

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => /^(?!-)[^\s\p{C}/\\?#@:[\]]+$/u.test(text));
const hop = fc
  .record({
    host: fc.oneof(word, fc.ipV6()),
    user: fc.option(word, { nil: undefined }),
    port: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
  })
  .map(({ host, user, port }): SshHop => ({
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  }))
  .filter((parts) => sshHopSchema.safeParse(parts).success);

describe('parseTarget', () => {
  it('reads back whatever formatTarget writes', () => {
    fc.assert(
      fc.property(hop, (parts) => {
        const target = targetSchema.parse({ kind: 'ssh', ...parts });
        expect(parseTarget(formatTarget(target))).toEqual(target);
        expect(parseHop(formatTarget(target))).toEqual(parts);
        const engine = targetSchema.parse({ kind: 'docker', server: target });
        expect(parseTarget(formatTarget(engine))).toEqual(engine);
      }),
    );
  });

  it.each([
    ['local', { kind: 'local' }],
    ['docker', { kind: 'docker' }],
    [
      'docker+ssh://root@203.0.113.7:2222',
      { kind: 'docker', server: { kind: 'ssh', user: 'root', host: '203.0.113.7', port: 2222, jumps: [] } },
    ],
    ['ssh://server', { kind: 'ssh', host: 'server', jumps: [] }],
    ['SSH://root@203.0.113.7', { kind: 'ssh', user: 'root', host: '203.0.113.7', jumps: [] }],
    ['ssh://admin@server.example:2222', { kind: 'ssh', user: 'admin', host: 'server.example', port: 2222, jumps: [] }],
    ['ssh://root@[2001:db8::1]:22', { kind: 'ssh', user: 'root', host: '2001:db8::1', port: 22, jumps: [] }],
  ])('reads %s', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it.each([
    ['', 'target'],
    ['Local', 'target'],
    ['root@203.0.113.7', 'target'],
    ['http://server.example', 'target'],
    ['ssh://server.example/path', 'target'],
    ['ssh://', 'target.host'],
    ['ssh://-oProxyCommand=x', 'target.host'],
    ['ssh://2001:db8::1', 'target.host'],
    ['ssh://[server]', 'target.host'],
    ['ssh://a b@host', 'target.user'],
    ['ssh://@host', 'target.user'],
    ['ssh://host:0', 'target.port'],
    ['ssh://host:65536', 'target.port'],
    ['ssh://host:ssh', 'target.port'],
    ['ssh://host:', 'target.port'],
  ])('refuses %j and names %s', (text, path) => {
    expect(refusal(() => parseTarget(text))).toMatchObject({ code: 'usage.invalid', path });
    if (text.startsWith('ssh://'))
      expect(refusal(() => parseHop(text)).path).toBe(path.replace('target', 'target.jumps'));
  });

  it('refuses a password and repeats it nowhere', () => {
    const { path, message, hint } = refusal(() => parseTarget('ssh://root:hunter2@server.example'));
    expect(path).toBe('target.user');
    expect(`${message} ${hint ?? ''}`).not.toContain('hunter2');
  });
});
