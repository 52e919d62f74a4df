import type { Duplex } from 'node:stream';
import ssh2, { BaseAgent, type KnownPublicKeys, type ParsedKey, type SigningRequestOptions } from 'ssh2';
import { AppError } from '../../../shared/app-error.ts';

/** An agent answers at once, or it hangs; only signing may wait for a person. */
const LIST_TIMEOUT_MS = 5_000;

type SignCallback = (error?: Error | null, signature?: Buffer) => void;

/** A program that holds keys and signs with them. */
export interface SshAgent extends Disposable {
  /** @throws AppError `host.agent-unavailable` */
  listKeys(): Promise<readonly ParsedKey[]>;
  /** The agent as ssh2 wants it, but with this key alone: it would otherwise offer all it holds. */
  withKey(key: ParsedKey): BaseAgent;
}

/** @param address SSH_AUTH_SOCK, the pipe of Windows' agent, or `pageant` */
export function openSshAgent(address: string): SshAgent {
  const agent = ssh2.createAgent(address);
  const streams = new Set<Duplex>();
  // The library keeps its sockets to itself; those of an agent that hangs would stay open for ever.
  if (agent instanceof ssh2.OpenSSHAgent) {
    const getStream = agent.getStream.bind(agent);
    agent.getStream = (callback): void =>
      getStream((error, stream) => {
        if (stream) {
          streams.add(stream);
          stream.once('close', () => streams.delete(stream));
        }
        callback(error, stream);
      });
  }
  return {
    listKeys: () => listKeys(agent, address),
    withKey: (key) => new OneKeyAgent(agent, key),
    [Symbol.dispose]: () => {
      for (const stream of streams) stream.destroy();
    },
  };
}

function listKeys(agent: BaseAgent, address: string): Promise<readonly ParsedKey[]> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      clearTimeout(timer);
      const reason = cause instanceof Error ? cause.message : String(cause);
      reject(new AppError('host.agent-unavailable', { details: { agent: address, reason }, cause }));
    };
    const timer = setTimeout(() => fail(new Error('It did not answer.')), LIST_TIMEOUT_MS);
    agent.getIdentities((error, keys) => {
      if (error) {
        fail(error);
        return;
      }
      clearTimeout(timer);
      // Certificates and keys of hardware tokens are not understood: left out.
      resolve((keys ?? []).map(parseAgentKey).filter((key) => key !== undefined));
    });
  });
}

function parseAgentKey(key: KnownPublicKeys[number]): ParsedKey | undefined {
  const data = typeof key === 'object' && 'pubKey' in key ? key.pubKey : key;
  const parsed = ssh2.utils.parseKey(data as Buffer | string | ParsedKey);
  return parsed instanceof Error ? undefined : parsed;
}

class OneKeyAgent extends BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #key: ParsedKey;

  constructor(agent: BaseAgent, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    callback(null, [this.#key]);
  }

  sign(key: ParsedKey, data: Buffer, options: SigningRequestOptions | SignCallback, callback?: SignCallback): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, callback);
  }
}
