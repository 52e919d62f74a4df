import { describe, expect, it } from 'vitest';
import { findAuth, findPort, judgeVersion, OLDEST_OPENCLAW, parseEnvFile, parseEnvList } from './found-auth.ts';

const TOKEN = 'OPENCLAW_GATEWAY_TOKEN';
const withAuth = (auth: unknown) => ({ gateway: { auth } });

describe('How a gateway of others is signed in to', () => {
  it('by the token in its openclaw.json, whatever its environment says', () => {
    const found = findAuth(withAuth({ mode: 'token', token: 'a-written-token' }), { [TOKEN]: 'another-one' });
    expect(found.place).toBe('config');
    expect(found.secret?.reveal()).toBe('a-written-token');
    expect(found.problem).toBeUndefined();
  });

  it('by the token in its environment, where openclaw.json has none or names the variable', () => {
    for (const auth of [undefined, { mode: 'token' }, { token: '${' + TOKEN + '}' }]) {
      const found = findAuth(withAuth(auth), { [TOKEN]: 'from-outside' });
      expect(found.place).toBe('environment');
      expect(found.secret?.reveal()).toBe('from-outside');
    }
    const named = findAuth(withAuth({ token: { source: 'env', provider: 'default', id: 'OWN' } }), { OWN: 'mine' });
    expect(named.secret?.reveal()).toBe('mine');
  });

  it('says why it cannot be', () => {
    const codeOf = (auth: unknown, env = {}) => findAuth(withAuth(auth), env).problem?.code;
    expect(codeOf({ mode: 'none' }, { [TOKEN]: 'unused' })).toBe('import.no-auth');
    expect(codeOf(undefined)).toBe('import.no-auth');
    expect(codeOf({ mode: 'password', password: 'x' })).toBe('import.auth');
    expect(codeOf({ mode: 'trusted-proxy' })).toBe('import.auth');
    expect(codeOf({ mode: 'token' })).toBe('import.auth');
    expect(codeOf(undefined, { OPENCLAW_GATEWAY_PASSWORD: 'x' })).toBe('import.auth');
    expect(codeOf({ token: { source: 'exec', id: 'op read' } })).toBe('import.auth');
  });

  it('never prints the token', () => {
    const found = findAuth(withAuth({ token: 'a-written-token' }), {});
    expect(JSON.stringify(found)).not.toContain('a-written-token');
  });
});

describe('Where it listens', () => {
  const config = { gateway: { port: 19_000 } };
  it('as its command says, else its environment, else openclaw.json, else as OpenClaw does', () => {
    expect(findPort(['gateway', '--port', '19002'], { OPENCLAW_GATEWAY_PORT: '19001' }, config)).toBe(19_002);
    expect(findPort(['gateway', '--port=19003'], {}, config)).toBe(19_003);
    expect(findPort(['gateway'], { OPENCLAW_GATEWAY_PORT: '19001' }, config)).toBe(19_001);
    expect(findPort(['gateway'], {}, config)).toBe(19_000);
    expect(findPort(['gateway', '--port'], {}, {})).toBe(18_789);
  });
});

it('an older one is refused, with both versions', () => {
  expect(judgeVersion(OLDEST_OPENCLAW)).toBeUndefined();
  expect(judgeVersion('2026.9.6')).toBeUndefined();
  expect(judgeVersion('2026.3.1')).toMatchObject({ code: 'import.too-old' });
  expect(judgeVersion('2026.3.1')?.message).toContain('2026.3.1');
  expect(judgeVersion(undefined)).toMatchObject({ code: 'import.layout' });
});

it('variables are read as files and engines write them', () => {
  expect(parseEnvFile('# a note\nA=1\nexport B="two words"\n C = \'x=y\' \nnothing\n')).toEqual({
    A: '1',
    B: 'two words',
    C: 'x=y',
  });
  expect(parseEnvList(['A=1', 'B=x=y'])).toEqual({ A: '1', B: 'x=y' });
});
