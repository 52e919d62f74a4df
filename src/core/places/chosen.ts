import type { Instance } from '../../shared/model/instance.ts';
import { defaultModel } from '../openclaw/provider-auth.ts';
import type { DeploymentRequest } from './place.ts';

/** What of a request goes into the record as it was asked for, in whatever place. Pure. */
export function listChosen({
  spec,
  existing,
  options,
}: DeploymentRequest): Pick<Instance, 'target' | 'telemetry'> & Partial<Instance> {
  // A provider without a model would answer nobody: OpenClaw's own choice for it is taken, unless one was chosen before.
  const model =
    spec.model ??
    (spec.provider === undefined || spec.provider === existing?.provider ? undefined : defaultModel(spec.provider));
  return {
    ...(spec.provider === undefined ? {} : { provider: spec.provider }),
    ...(model === undefined ? {} : { model }),
    target: spec.target,
    telemetry: spec.telemetry,
    ...(spec.limits === undefined ? {} : { limits: spec.limits }),
    ...(spec.ingress === undefined ? {} : { ingress: spec.ingress }),
    ...(options.secrets?.telegramToken === undefined ? {} : { telegram: true }),
    ...(spec.instructions === undefined ? {} : { instructions: spec.instructions }),
  };
}
