import { useRef, type RefObject } from 'react';
import { useClient } from '../../live.ts';
import type { FormOf } from '../../ui/typed-field.tsx';
import type { Draft } from './draft.ts';
import { useFocusWrong } from '../../ui/focus-wrong.ts';
import type { WizardState } from './wizard-state.ts';
import { enter } from './wizard-store.ts';

/** A screen of fields: the draft that they show, what is wrong in it, and what is typed. */
export interface DraftForm extends FormOf<Draft> {
  readonly ref: RefObject<HTMLDivElement | null>;
}

/** What is wrong has the focus as soon as it is known. */
export function useDraftForm({ place, draft, errors, found }: WizardState): DraftForm {
  const client = useClient();
  const ref = useRef<HTMLDivElement>(null);
  useFocusWrong(ref, found);
  return { draft, errors, type: (change) => enter(client, place, change), ref };
}
