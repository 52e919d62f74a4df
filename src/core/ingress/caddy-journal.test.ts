import { describe, expect, test } from 'vitest';
import { findAcmeRefusal, parseCaddyJournal } from './caddy-journal.ts';

const start = '{"level":"info","ts":100.1,"msg":"serving initial configuration"}';
const reload = '{"level":"info","ts":300.2,"logger":"admin.api","msg":"load complete"}';
const words =
  'HTTP 400 urn:ietf:params:acme:error:rejectedIdentifier - Order included an identifier for which issuance is forbidden by policy: "claw.test"';
const refusal = `{"level":"error","ts":200.1,"logger":"tls.obtain","msg":"could not get certificate from issuer","identifier":"claw.test","issuer":"10.0.0.1-dir","error":${JSON.stringify(words)}}
{"level":"error","ts":200.2,"logger":"tls.obtain","msg":"will retry","error":"[claw.test] Obtain: [claw.test] creating new order: forbidden","attempt":1,"retrying_in":60,"elapsed":0.5,"max_duration":2592000}`;
const obtained =
  '{"level":"info","ts":260.1,"logger":"tls.obtain","msg":"certificate obtained successfully","identifier":"claw.test","issuer":"10.0.0.1-dir"}';

const find = (...lines: string[]): ReturnType<typeof findAcmeRefusal> =>
  findAcmeRefusal(parseCaddyJournal(['now=400', ...lines].join('\n')), 'claw.test');

describe('why there is no certificate', () => {
  test('in the words of the authority', () => {
    expect(find(start, refusal)).toEqual({
      atSeconds: 200.2,
      isOutdated: false,
      words: [words, '[claw.test] Obtain: [claw.test] creating new order: forbidden'],
    });
    expect(parseCaddyJournal(`now=400\n${refusal}`).nowSeconds).toBe(400);
  });

  test('not that of another name', () => {
    expect(find(start, refusal.replaceAll('claw.test', 'claw.test.example'))).toBeUndefined();
  });

  test('nothing is known yet while an attempt goes on, or since Caddy was told anew', () => {
    expect(find(start, refusal.split('\n')[0] ?? '')).toBeUndefined();
    expect(find(start, refusal, reload)).toMatchObject({ isOutdated: true });
  });

  test('nothing any more once there is one', () => {
    expect(find(start, refusal, obtained)).toBeUndefined();
    const renewed = obtained.replace('tls.obtain', 'tls.renew').replace('obtained', 'renewed');
    expect(find(start, refusal, renewed)).toBeUndefined();
  });

  test('lines of another kind, or cut short, say nothing', () => {
    expect(find('2026/11/21 INFO serving', '{"level":"error","ts":2', '{"msg":1}')).toBeUndefined();
  });
});
