import { create } from 'zustand';
import type { CallInput } from '../../../shared/contract/contract.ts';
import { toReport, type Client } from '../../client.ts';
import { goTo } from '../../router.ts';
import { useStore } from '../../store.ts';
import { checkWhat, checkWhere } from './draft-check.ts';
import { buildSecrets, buildSpec, suggestName, type Draft, type Place } from './draft.ts';
import { createDraftId } from '../../draft-id.ts';
import {
  beginWizard,
  reduceWizard,
  type Asked,
  type Question,
  type WizardAction,
  type WizardState,
} from './wizard-state.ts';

/** Lives as long as the page: who looks at something else meanwhile finds all as it was, but for secrets. */
export const useWizards = create<Readonly<Record<Place, WizardState>>>(() => ({
  local: beginWizard('local'),
  server: beginWizard('server'),
  docker: beginWizard('docker'),
}));

export function dispatch(place: Place, action: WizardAction): void {
  useWizards.setState((all) => ({ [place]: reduceWizard(all[place], action) }));
}

export function nameOf(place: Place): string {
  const taken = (useStore.getState().instances ?? []).map(({ name }) => name);
  return suggestName(place, useWizards.getState()[place].draft, taken);
}

/** Asks for a preview, and lets go of the one before. */
export function ask(client: Client, place: Place, question: Question): void {
  const before = useWizards.getState()[place];
  letGo(client, [before.look, before.plan]);
  const draftId = createDraftId();
  dispatch(place, { type: 'asked', question, draftId });
  const input: CallInput<'deployment.preview'> = {
    draftId,
    spec: buildSpec(place, before.draft, nameOf(place)),
    secrets: buildSecrets(place, before.draft),
    trustHostKeys: [...before.trusted].slice(-8),
  };
  client.call('deployment.preview', input).then(
    (preview) => {
      dispatch(place, { type: 'answered', draftId, preview });
      const { look, plan } = useWizards.getState()[place];
      // it was on its way when it was given up
      const isKept = [look, plan].some((asked) => asked.is === 'answered' && asked.preview === preview);
      if (!isKept) letGo(client, [{ is: 'answered', preview }]);
    },
    (error: unknown) => dispatch(place, { type: 'refused', draftId, error: toReport(error) }),
  );
}

/** From Where on. */
export function connect(client: Client, place: Place): void {
  const state = useWizards.getState()[place];
  const errors = checkWhere(place, state.draft);
  if (Object.keys(errors).length > 0) dispatch(place, { type: 'wrong', errors });
  else if (state.look.is === 'answered') dispatch(place, { type: 'went', to: 'check' });
  else ask(client, place, 'look');
}

/** From What on. */
export function review(client: Client, place: Place): void {
  const state = useWizards.getState()[place];
  const errors = checkWhat(place, state.draft);
  if (Object.keys(errors).length > 0) dispatch(place, { type: 'wrong', errors });
  else if (state.plan.is === 'answered') dispatch(place, { type: 'went', to: 'review' });
  else ask(client, place, 'plan');
}

/** Stops asking; what was typed stays. */
export function stopAsking(client: Client, place: Place): void {
  const { look, plan } = useWizards.getState()[place];
  letGo(client, [look, plan]);
}

/** Something was typed, or chosen. */
export function enter(client: Client, place: Place, change: Partial<Draft>): void {
  letGoBy(client, place, { type: 'typed', change });
}

/** Somebody looks at another page. */
export function leave(client: Client, place: Place): void {
  letGoBy(client, place, { type: 'left' });
}

/** The door keeps few previews: those that an action makes worthless are given back. */
function letGoBy(client: Client, place: Place, action: WizardAction): void {
  const before = useWizards.getState()[place];
  dispatch(place, action);
  const after = useWizards.getState()[place];
  letGo(
    client,
    [before.look, before.plan].filter((asked) => asked !== after.look && asked !== after.plan),
  );
}

/** @throws CallError */
export async function deploy(client: Client, place: Place): Promise<void> {
  const { plan } = useWizards.getState()[place];
  if (plan.is !== 'answered') return;
  const { runId } = await client.call('deployment.start', { previewId: plan.preview.previewId });
  // the secrets in it have done their work
  dispatch(place, { type: 'dropped' });
  goTo({ page: 'run', runId }, { replace: true });
}

function letGo(client: Client, questions: readonly Asked[]): void {
  // what is gone already is let go of
  for (const asked of questions) {
    if (asked.is === 'asking') {
      client.call('deployment.abandon', { draftId: asked.draftId }).catch(() => undefined);
    } else if (asked.is === 'answered') {
      client.call('deployment.discard', { previewId: asked.preview.previewId }).catch(() => undefined);
    }
  }
}
