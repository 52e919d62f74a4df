import type { Change } from '../../core/index.ts';
import type { ChangeView, operationCalls } from '../../shared/contract/operation.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { CallContext, Handlers } from '../context.ts';
import { viewIngress, viewPreview, viewReport, wrapSecrets } from '../views.ts';

/** Where a person does not say why, their word is reason enough. */
const BY_HAND = 'Suspended by hand';

const findName = async (instanceId: InstanceId, { panel }: CallContext): Promise<string> =>
  (await panel.find(instanceId)).name;

/** At a door with an interface there is always somebody who asks. Pure. */
const readChange = (change: ChangeView): Change =>
  change.kind === 'backup' || change.kind === 'update' ? { ...change, reason: 'asked' } : change;

export const operationHandlers: Handlers<keyof typeof operationCalls> = {
  'change.preview': async ({ draftId, instanceId, change, secrets: given, trustHostKeys }, context) => {
    const { panel, session } = context;
    const secrets = wrapSecrets(given);
    panel.masks.add(Object.values(secrets));
    const name = await findName(instanceId, context);
    const shown = await session.drafts.make(draftId, (signal) =>
      panel.core.changes.preview(name, readChange(change), { secrets, trustHostKeys, signal }),
    );
    return viewPreview(shown, panel.report);
  },
  'change.start': async ({ previewId }, { panel }) => ({
    runId: await panel.runs.begin((options) => panel.core.changes.start(previewId, options)),
  }),
  'instance.suspend': async ({ instanceId, because = BY_HAND }, context) => {
    const { panel } = context;
    const name = await findName(instanceId, context);
    return {
      runId: await panel.runs.begin((options) =>
        panel.core.instances.suspend(name, { by: 'person', because }, options),
      ),
    };
  },
  'instance.resume': async ({ instanceId }, context) => {
    const { panel } = context;
    const name = await findName(instanceId, context);
    return { runId: await panel.runs.begin((options) => panel.core.instances.resume(name, options)) };
  },
  'ssh-key.read': ({ instanceId }, { panel }) => panel.core.sshKeys.read(instanceId),
  'ingress.status': async ({ instanceId }, context) => {
    const { panel, session } = context;
    const name = await findName(instanceId, context);
    return viewIngress(await panel.core.ingress.status(name, { signal: session.signal }), panel.report);
  },
  'exposure.check': async ({ instanceId }, context) => {
    const { panel, session } = context;
    const name = await findName(instanceId, context);
    return viewReport(await panel.core.exposure.check(name, { signal: session.signal }));
  },
  'guard.set': async ({ instanceId, guard }, context) => {
    await context.panel.core.guards.set(await findName(instanceId, context), guard);
    return null;
  },
};
