import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { settleApiVersion } from './engine-client.ts';
import { engineError, engineSentence, pullError, type Subject } from './engine-error.ts';

/** As the client of the engine throws it. */
function refusal(status: number, sentence: string, reason = 'server error'): Error {
  return Object.assign(new Error(`(HTTP code ${String(status)}) ${reason} - ${sentence} `), { statusCode: status });
}

function broken(code: string): Error {
  return Object.assign(new Error(`connect ${code} /var/run/docker.sock`), { code });
}

const container: Subject = { what: 'container', name: 'bot' };
const network: Subject = { what: 'network', name: 'net' };

describe('errors of an engine', () => {
  it.each<[string, Error, Subject, string]>([
    ['a missing container', refusal(404, 'No such container: bot'), container, 'engine.not-found'],
    ['a missing image of a container', refusal(404, 'No such image: a:1'), container, 'image.gone'],
    ['a missing network', refusal(404, 'network net not found'), network, 'engine.not-found'],
    [
      'a name that is taken',
      refusal(409, 'Conflict. The container name "/bot" is already in use'),
      container,
      'engine.conflict',
    ],
    [
      'a port of another container',
      refusal(
        500,
        'driver failed programming external connectivity on endpoint bot: Bind for 127.0.0.1:4000 failed: port is already allocated',
      ),
      container,
      'engine.port-taken',
    ],
    [
      'a port of another program',
      refusal(
        500,
        'driver failed: Error starting userland proxy: listen tcp4 127.0.0.1:4000: bind: address already in use',
      ),
      container,
      'engine.port-taken',
    ],
    [
      'a port of another program, newer engines',
      refusal(
        500,
        'failed to set up container networking: failed to bind host port 127.0.0.1:4000/tcp: address already in use',
      ),
      container,
      'engine.port-taken',
    ],
    [
      'a port on Docker Desktop',
      refusal(
        500,
        'Ports are not available: exposing port TCP 127.0.0.1:4000 -> 127.0.0.1:0: listen tcp 127.0.0.1:4000: bind: Only one usage of each socket address',
      ),
      container,
      'engine.port-taken',
    ],
    ['an address in a network', refusal(403, 'Address already in use'), network, 'engine.conflict'],
    ['an address at the start', refusal(500, 'Address already in use'), container, 'engine.conflict'],
    ['a range', refusal(403, 'Pool overlaps with other one on this address space'), network, 'engine.subnet-taken'],
    [
      'a range, newer engines',
      refusal(400, 'invalid pool request: Pool overlaps with other one'),
      network,
      'engine.subnet-taken',
    ],
    [
      'a range of a bridge',
      refusal(403, 'cannot create network a: conflicts with network b (br-b): networks have overlapping IPv4'),
      network,
      'engine.subnet-taken',
    ],
    ['a full disk', refusal(500, 'mkdir /var/lib/docker/overlay2/x: no space left on device'), container, 'disk.full'],
    ['anything else', refusal(500, 'OCI runtime create failed'), container, 'engine.failed'],
    ['a socket that is not for us', broken('EACCES'), container, 'engine.denied'],
    ['no socket', broken('ENOENT'), container, 'engine.unreachable'],
    ['nobody behind it', broken('ECONNREFUSED'), container, 'engine.unreachable'],
    ['a connection that broke', broken('ECONNRESET'), container, 'engine.unreachable'],
    ['a closed port of a machine', new AppError('host.port-closed'), container, 'engine.unreachable'],
    ['a lost machine', new AppError('host.connection-lost'), container, 'host.connection-lost'],
  ])('%s', (_title, error, subject, code) => {
    expect(engineError(error, subject)).toMatchObject({ code });
  });

  it('keep the engine’s own sentence and name the port', () => {
    expect(engineSentence(refusal(409, 'Conflict. a - b', 'container already exists'))).toBe('Conflict. a - b');
    const taken = engineError(refusal(500, 'Bind for 127.0.0.1:4000 failed: port is already allocated'), container);
    expect(taken).toMatchObject({ details: { port: 4000, reason: expect.stringContaining('Bind for') as string } });
  });

  it.each<[string, string]>([
    ['manifest for debian:nope not found: manifest unknown: manifest unknown', 'image.not-found'],
    ['pull access denied for nobody/x, repository does not exist or may require docker login', 'image.denied'],
    ['unauthorized: authentication required', 'image.denied'],
    ['Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 10.0.0.1:53: no such host', 'image.unreachable'],
    ['Get "https://ghcr.io/v2/": net/http: TLS handshake timeout', 'image.unreachable'],
    ['Get "https://r:5000/v2/": x509: certificate signed by unknown authority', 'image.unreachable'],
    ['toomanyrequests: You have reached your pull rate limit', 'image.unreachable'],
    ['failed to register layer: write /usr/x: no space left on device', 'disk.full'],
    ['something new', 'engine.failed'],
  ])('of a pull: %s', (reason, code) => {
    expect(pullError(reason, 'a:1')).toMatchObject({ code, details: { name: 'a:1', reason } });
  });

  it('an engine is spoken to in a version that both know', () => {
    expect(settleApiVersion('1.41', '1.12')).toBe('1.41');
    expect(settleApiVersion('1.52', '1.44')).toBe('1.47');
    expect(settleApiVersion('1.60', '1.50')).toBe('1.50');
    expect(() => settleApiVersion('1.40')).toThrow(expect.objectContaining({ code: 'engine.too-old' }) as Error);
  });
});
