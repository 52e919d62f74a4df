import { create } from 'zustand';
import type { CallInput, CallOutput } from '../../../shared/contract/contract.ts';
import type { FormDraft } from './config-form.ts';

export type Snapshot = CallOutput<'configuration.read'>;
export type Edit = CallInput<'configuration.preview'>['edit'];

/** What was typed, and the configuration that it was typed over. */
export type ConfigDraft =
  | { readonly is: 'form'; readonly over: Snapshot; readonly form: FormDraft }
  | { readonly is: 'text'; readonly over: Snapshot; readonly text: string };

/** Lives as long as the page: who looks at something else meanwhile finds what was typed. */
export const useConfigDrafts = create<Readonly<Record<string, ConfigDraft | undefined>>>(() => ({}));

export function keepDraft(instanceId: string, draft: ConfigDraft | undefined): void {
  useConfigDrafts.setState({ [instanceId]: draft });
}

/** Of what was applied: what was typed since then stays. */
export function dropDraft(instanceId: string, sent: ConfigDraft): void {
  if (useConfigDrafts.getState()[instanceId] === sent) keepDraft(instanceId, undefined);
}
