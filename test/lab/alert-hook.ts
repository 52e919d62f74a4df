import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret } from '../../src/shared/secret.ts';

interface Told {
  readonly kind: string;
  readonly level: string;
  readonly because: string;
  readonly clearedAt?: string;
}

/** A webhook that remembers which alerts it was told of. */
export interface AlertHook extends AsyncDisposable {
  readonly url: Secret;
  /** Kinds in the order in which they were told, each as often as that. */
  told(event: 'fired' | 'cleared'): string[];
  /** Kinds that it was told of again though they had not become worse. */
  repeated(): string[];
  /** What it was told, in words. */
  words(): string;
}

export async function openAlertHook(): Promise<AlertHook> {
  const heard: Told[] = [];
  const ofEvent = (event: 'fired' | 'cleared'): Told[] =>
    heard.filter(({ clearedAt }) => (clearedAt === undefined) === (event === 'fired'));
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push(...(JSON.parse(body) as { readonly alerts: readonly Told[] }).alerts);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new Secret(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`),
    told: (event) => ofEvent(event).map(({ kind }) => kind),
    repeated: () =>
      ofEvent('fired')
        .map(({ kind, level }) => `${kind} ${level}`)
        .filter((one, at, all) => all.indexOf(one) !== at),
    words: () =>
      heard
        .map(({ kind, because, clearedAt }) => `${kind} ${clearedAt === undefined ? 'is' : 'was'}: ${because}`)
        .join('\n'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
