import type { Provider } from '../../../shared/model/spec.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { AppError } from '../../../shared/app-error.ts';
import type { Secret } from '../../../shared/secret.ts';
import type { OpenGateway } from '../../openclaw/device-connection.ts';
import { openGatewayClient } from '../../openclaw/gateway-client.ts';
import type { ClientIdentity } from '../../openclaw/gateway-frames.ts';
import { fingerprintKey, writeProviderKey } from '../../openclaw/provider-auth.ts';
import type { TokenKeeper } from '../server/gateway-token.ts';
import type { Step } from '../step.ts';
import type { RecordKeeper } from './record-keeper.ts';

export interface ProviderKeyWish {
  readonly provider: Provider;
  readonly key: Secret;
  readonly port: number;
  readonly token: TokenKeeper;
  readonly fingerprint: RecordKeeper;
  readonly client: ClientIdentity;
  /** How the gateway is signed in to. Absent: by its token alone. */
  readonly open?: OpenGateway;
}

/** The key of a model provider, given to the running gateway through its own authenticated connection. */
export function providerKeyStep(wish: ProviderKeyWish): Step {
  const { provider, key, port, token, fingerprint, client, open = openGatewayClient } = wish;
  const compute = async (): Promise<string | undefined> => {
    const gatewayToken = await token.read();
    return gatewayToken === undefined ? undefined : fingerprintKey(provider, key, gatewayToken);
  };
  return {
    id: 'provider-key',
    title: `Give the gateway the key of ${provider}`,
    facts: [],
    timeoutMs: 3 * 60_000,
    async check() {
      const written = await fingerprint.read();
      const wanted = await compute();
      if (written === undefined || wanted === undefined) return needed('the gateway does not have the key yet');
      return written === wanted ? satisfied('the gateway has this key') : needed('the gateway has another key');
    },
    async apply({ act, host, signal }) {
      const gatewayToken = await token.read();
      const wanted = await compute();
      if (gatewayToken === undefined || wanted === undefined) throw new AppError('secrets.missing');
      await act(`Giving the gateway the key of ${provider}`, async () => {
        await using gateway = await open({
          connect: (limit) => host.connect({ port }, { signal: limit }),
          port,
          token: gatewayToken,
          client,
          signal,
        });
        await writeProviderKey(gateway, provider, key, { signal });
        await fingerprint.keep(wanted);
      });
    },
  };
}
