import type { DeploymentSecrets, Preview } from '../../core/index.ts';
import { AppError } from '../../shared/app-error.ts';
import type { deploymentCalls } from '../../shared/contract/deployment.ts';
import type { removalCalls } from '../../shared/contract/instance.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { DeploymentSpec } from '../../shared/model/spec.ts';
import type { CallContext, Handlers } from '../context.ts';
import type { Given } from '../given.ts';
import { viewPreview, wrapSecrets } from '../views.ts';

interface Asked extends Given {
  readonly draftId: string;
  readonly trustHostKeys: readonly string[];
}

async function preview({ draftId, spec, secrets, trustHostKeys }: Asked, context: CallContext): Promise<Preview> {
  const { panel, session } = context;
  panel.masks.add(Object.values<DeploymentSecrets[keyof DeploymentSecrets]>({ ...secrets }));
  const shown = await session.drafts.make(draftId, (signal) =>
    panel.core.deployments.preview(spec, {
      secrets,
      trustHostKeys,
      signal,
      onPhase: (phase) => session.tell('deployment.advanced', { draftId, phase }),
    }),
  );
  panel.given.keep(shown.instance.id, { spec, secrets });
  return shown;
}

/** What an instance was deployed as, by its record. Pure. */
function rebuildSpec(instance: Instance): DeploymentSpec {
  const { name, target, version, port, provider, model, instructions, telemetry, installer, firewall } = instance;
  const { container, limits, ingress } = instance;
  return {
    name,
    target,
    version,
    port,
    telemetry,
    installer,
    firewall: firewall ?? false,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(container?.imageChoice === undefined ? {} : { image: container.imageChoice }),
    ...(limits === undefined ? {} : { limits }),
    ...(ingress === undefined ? {} : { ingress }),
  };
}

/** What a program that was not there when it was typed cannot give to the machine. Pure. */
function findMissing(
  { phase, provider, providerKeyFingerprint, telegram }: Instance,
  given: DeploymentSecrets,
): ('providerKey' | 'telegramToken')[] {
  const lacksKey = provider !== undefined && providerKeyFingerprint === undefined && given.providerKey === undefined;
  const lacksToken = telegram === true && phase === 'deploying' && given.telegramToken === undefined;
  return [...(lacksKey ? (['providerKey'] as const) : []), ...(lacksToken ? (['telegramToken'] as const) : [])];
}

export const deploymentHandlers: Handlers<keyof typeof deploymentCalls> = {
  'deployment.preview': async ({ draftId, spec, secrets, trustHostKeys }, context) => {
    const shown = await preview({ draftId, spec, secrets: wrapSecrets(secrets), trustHostKeys }, context);
    return viewPreview(shown, context.panel.report);
  },
  'deployment.abandon': ({ draftId }, { session }) => {
    session.drafts.abandon(draftId);
    return Promise.resolve(null);
  },
  'deployment.rehearse': async ({ previewId, stepId }, { panel, session }) =>
    panel.masks.apply(await panel.core.deployments.rehearse(previewId, stepId, session.signal)),
  'deployment.discard': async ({ previewId }, { panel }) => {
    await panel.core.deployments.discard(previewId);
    return null;
  },
  'deployment.start': async ({ previewId }, { panel }) => ({
    runId: await panel.runs.begin((options) => panel.core.deployments.start(previewId, options)),
  }),
  'deployment.again': async ({ draftId, instanceId, secrets, trustHostKeys }, context) => {
    const { panel } = context;
    const given = panel.given.get(instanceId);
    const record = (await panel.core.instances.list()).find(({ id }) => id === instanceId);
    const spec = given?.spec ?? (record === undefined ? undefined : rebuildSpec(record));
    if (spec === undefined) throw new AppError('instance.unknown');
    const all = { ...given?.secrets, ...wrapSecrets(secrets) };
    const shown = await preview({ draftId, spec, secrets: all, trustHostKeys }, context);
    return { ...viewPreview(shown, panel.report), missing: record === undefined ? [] : findMissing(record, all) };
  },
  'deployment.versions': async (_, { panel, session }) => {
    const { tags, newest } = await panel.core.versions.list(session.signal);
    return { tags: { ...tags }, newest: [...newest] };
  },
  'removal.preview': async ({ instanceId, purge }, { panel, session }) => {
    const { name } = await panel.find(instanceId);
    const shown = await panel.core.removals.preview(name, { purge }, { signal: session.signal });
    return viewPreview(shown, panel.report);
  },
};

export const removalHandlers: Handlers<keyof typeof removalCalls> = {
  'removal.start': async ({ previewId }, { panel }) => ({
    runId: await panel.runs.begin((options) => panel.core.removals.start(previewId, options)),
  }),
};
