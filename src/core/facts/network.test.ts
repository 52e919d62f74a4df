import { expect, test } from 'vitest';
import { judgeStatus, parseReach, reachFact } from './network.ts';

const fault = (line: string): string | undefined => parseReach(`0 ${line}\n`, ['https://example.org/'])[0]?.fault;

test.each([
  ['curl 0 200 ', undefined],
  ['curl 0 404 ', undefined],
  ['curl 28 200 curl: (28) Operation timed out after 5000 milliseconds with 5 bytes received', undefined],
  ['curl 0 403 ', 'http'],
  ['curl 0 502 ', 'http'],
  ['curl 0 407 ', 'proxy'],
  ['curl 56 000 curl: (56) CONNECT tunnel failed, response 407', 'proxy'],
  ['curl 5 000 curl: (5) Could not resolve proxy: wall', 'proxy'],
  ['curl 6 000 curl: (6) Could not resolve host: nope.invalid', 'dns'],
  ["curl 7 000 curl: (7) Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server", 'refused'],
  ['curl 35 000 curl: (35) OpenSSL/3.0.20: error:0A00010B:SSL routines::wrong version number', 'tls'],
  ['curl 60 000 curl: (60) SSL certificate problem: unable to get local issuer certificate', 'tls'],
  ['curl 28 000 curl: (28) Connection timed out after 5001 milliseconds', 'timeout'],
  ['curl 28 000 curl: (28) Resolving timed out after 5000 milliseconds', 'dns'],
  ['curl 2 000 curl: option --what: is unknown', 'unknown'],
  ['wget 0 0   HTTP/1.1 200 OK', undefined],
  ["wget 4 0 wget: unable to resolve host address 'nope.invalid'", 'dns'],
  ['wget 4 0 Connecting to 127.0.0.1:1... failed: Connection refused.', 'refused'],
  ['wget 4 0 Connecting to [::1]:22... failed: Cannot assign requested address.', 'refused'],
  ['wget 4 0 Unable to establish SSL connection.', 'tls'],
  ["wget 5 0 ERROR: The certificate of 'x' is not trusted.", 'tls'],
  ['wget 8 0   HTTP/1.1 404 Not Found', undefined],
  ['wget 8 0   HTTP/1.1 403 Forbidden', 'http'],
  ["wget 1 0 wget: bad address 'nope.invalid'", 'dns'],
  ["wget 1 0 wget: can't connect to remote host (127.0.0.1): Connection refused", 'refused'],
  ['wget 1 0 wget: server returned error: HTTP/1.1 503 Service Unavailable', 'http'],
  ['wget 1 0 wget: download timed out', 'timeout'],
  ['wget 124 0 ', 'timeout'],
  ['open 0 0 ', undefined],
  ['open 6 0 no address for nope.invalid', 'dns'],
  ['open 1 0 bash: line 1: /dev/tcp/127.0.0.1/1: Connection refused', 'refused'],
  ['open 124 0 ', 'timeout'],
  ['none 0 0', undefined],
])('%s -> %s', (line, expected) => {
  expect(fault(line)).toBe(expected);
});

test('each address has its own answer, in the order of the questions', () => {
  const reach = parseReach('1 curl 6 000 no\n0 open 0 0 \n', ['https://a/', 'https://b/', 'https://c/']);
  expect(reach).toEqual([
    { url: 'https://a/', isGuess: true, fault: undefined, words: '' },
    { url: 'https://b/', isGuess: false, fault: 'dns', words: 'no' },
    { url: 'https://c/', isGuess: false, fault: 'unknown', words: '' },
  ]);
});

test('an answer of any kind is a way, except of a wall or a server out of order', () => {
  expect([200, 301, 400, 401, 404, 405].map(judgeStatus)).toEqual(Array(6).fill(undefined));
  expect([403, 407, 451, 500, 503].map(judgeStatus)).toEqual(['http', 'proxy', 'http', 'http', 'http']);
});

test('a login in an address goes nowhere', () => {
  const fact = reachFact(['https://anna:s3cret@npm.example.org/openclaw', 'https://npm.example.org/openclaw']);
  expect(JSON.stringify([fact.id, fact.command])).not.toMatch(/anna|s3cret/);
  expect(fact.command.argv.slice(-2)).toEqual(['5', 'https://npm.example.org/openclaw']);
});
