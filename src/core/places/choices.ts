import type { Instance } from '../../shared/model/instance.ts';
import type { Choices } from '../plans/plan.ts';
import type { OpenGateway } from '../openclaw/device-connection.ts';
import { instructionsStep, type Workspace } from '../steps/agent/instructions.ts';
import { providerKeyStep } from '../steps/agent/provider-key.ts';
import type { TokenKeeper } from '../steps/server/gateway-token.ts';
import type { DeploymentRequest } from './place.ts';
import type { PlaceServices } from './place-services.ts';
import { createRecordKeeper } from './token-keeper.ts';

/** What was asked for beyond the gateway itself, the same in every place. */
export function buildChoices(
  { spec, options }: DeploymentRequest,
  instance: Instance,
  token: TokenKeeper,
  workspace: Workspace,
  { deps, state }: PlaceServices,
  open?: OpenGateway,
): Choices {
  const key = options.secrets?.providerKey;
  const provider = spec.provider ?? instance.provider;
  const afterReady =
    key === undefined || provider === undefined
      ? []
      : [
          providerKeyStep({
            provider,
            key,
            port: instance.port,
            token,
            fingerprint: createRecordKeeper(instance, 'providerKeyFingerprint', state),
            client: { version: deps.version, platform: deps.platform },
            ...(open === undefined ? {} : { open }),
          }),
        ];
  const { instructions } = spec;
  const written = createRecordKeeper(instance, 'instructionsSha256', state);
  const beforeStart =
    instructions === undefined || instructions.trim() === ''
      ? []
      : [instructionsStep(instructions, workspace, written)];
  return { beforeStart, afterReady };
}
