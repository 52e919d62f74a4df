import type { ErrorReport } from '../../../shared/app-error.ts';
import { assertNever } from '../../../shared/assert-never.ts';
import type { PreviewPhase, PreviewView } from '../../../shared/contract/deployment.ts';
import { beginCheck, dropTyped, mendCheck, type FormCheck } from '../../form-check.ts';
import { locateError } from './draft-check.ts';
import {
  dropSecrets,
  emptyDraft,
  findSecret,
  hasServer,
  type Draft,
  type DraftField,
  type FieldErrors,
  type Place,
} from './draft.ts';

export type Screen = 'where' | 'check' | 'what' | 'review';

/** A preview that is asked for: the look around after Where, the plan after What. */
export type Asked =
  | { readonly is: 'not-asked' }
  | { readonly is: 'asking'; readonly draftId: string; readonly phase: PreviewPhase | undefined }
  | { readonly is: 'answered'; readonly preview: PreviewView }
  | { readonly is: 'refused'; readonly error: ErrorReport };

export type Question = 'look' | 'plan';

export interface WizardState extends FormCheck<FieldErrors> {
  readonly place: Place;
  readonly screen: Screen;
  readonly draft: Draft;
  /** Why the person was brought back here. */
  readonly refusal: ErrorReport | undefined;
  /** Fingerprints that the person has compared. */
  readonly trusted: readonly string[];
  readonly look: Asked;
  readonly plan: Asked;
}

export type WizardAction =
  | { readonly type: 'typed'; readonly change: Partial<Draft> }
  | { readonly type: 'went'; readonly to: Screen }
  | { readonly type: 'wrong'; readonly errors: FieldErrors }
  | { readonly type: 'asked'; readonly question: Question; readonly draftId: string }
  | { readonly type: 'advanced'; readonly draftId: string; readonly phase: PreviewPhase }
  | { readonly type: 'answered'; readonly draftId: string; readonly preview: PreviewView }
  | { readonly type: 'refused'; readonly draftId: string; readonly error: ErrorReport }
  | { readonly type: 'trusted'; readonly fingerprint: string }
  /** The page is another one. */
  | { readonly type: 'left' }
  | { readonly type: 'dropped' };

const notAsked: Asked = { is: 'not-asked' };

export function beginWizard(place: Place): WizardState {
  return {
    place,
    screen: place === 'local' ? 'check' : 'where',
    draft: emptyDraft,
    ...beginCheck<FieldErrors>({}),
    refusal: undefined,
    trusted: [],
    look: notAsked,
    plan: notAsked,
  };
}

/** What the look around depends on. */
const whereFields: ReadonlySet<string> = new Set<DraftField>([
  'engine',
  'host',
  'port',
  'user',
  'login',
  'keyFile',
  'passphrase',
  'password',
  'sudoPassword',
  'jumps',
]);

/** Pure. */
export function reduceWizard(state: WizardState, action: WizardAction): WizardState {
  switch (action.type) {
    case 'typed': {
      const changed = Object.keys(action.change);
      const elsewhere = changed.some((field) => whereFields.has(field));
      return {
        ...state,
        draft: { ...state.draft, ...action.change },
        ...mendCheck<FieldErrors>(state, (errors) => dropTyped(errors, action.change)),
        plan: notAsked,
        ...(elsewhere ? { look: notAsked } : {}),
      };
    }
    case 'went':
      return { ...state, screen: action.to, refusal: undefined };
    case 'wrong':
      return { ...state, ...beginCheck(action.errors) };
    case 'asked':
      return {
        ...state,
        screen: action.question === 'look' ? 'check' : 'review',
        ...beginCheck<FieldErrors>({}),
        refusal: undefined,
        [action.question]: { is: 'asking', draftId: action.draftId, phase: undefined },
      };
    case 'advanced':
      return change(state, action.draftId, { is: 'asking', draftId: action.draftId, phase: action.phase });
    case 'answered':
      return answer(state, action.draftId, action.preview);
    case 'refused':
      return refuse(state, action.draftId, action.error);
    case 'trusted':
      return { ...state, trusted: [...state.trusted, action.fingerprint] };
    case 'left':
      return leave(state);
    case 'dropped':
      return beginWizard(state.place);
    default:
      return assertNever(action);
  }
}

/** Secrets do not wait in a page that nobody looks at: what depends on them is asked again. */
function leave(state: WizardState): WizardState {
  const typedAt = findSecret(state.draft);
  if (typedAt === undefined) return state;
  const screen = typedAt === 'where' ? 'where' : state.screen === 'review' ? 'what' : state.screen;
  return {
    ...state,
    screen,
    draft: dropSecrets(state.draft),
    ...beginCheck<FieldErrors>({}),
    refusal: undefined,
    look: typedAt === 'where' ? notAsked : state.look,
    plan: notAsked,
  };
}

/** Which question an id belongs to. Undefined: one that nobody waits for any more. */
function findQuestion(state: WizardState, draftId: string): Question | undefined {
  if (state.look.is === 'asking' && state.look.draftId === draftId) return 'look';
  if (state.plan.is === 'asking' && state.plan.draftId === draftId) return 'plan';
  return undefined;
}

function change(state: WizardState, draftId: string, asked: Asked): WizardState {
  const question = findQuestion(state, draftId);
  return question === undefined ? state : { ...state, [question]: asked };
}

function answer(state: WizardState, draftId: string, preview: PreviewView): WizardState {
  const question = findQuestion(state, draftId);
  const next = change(state, draftId, { is: 'answered', preview });
  // Here nothing was asked of the person: a list in which all is well need not be confirmed.
  const passes = preview.findings.every(({ level }) => level === 'ok' || level === 'fix');
  const goesOn = question === 'look' && !hasServer(state.place, state.draft) && state.screen === 'check' && passes;
  return goesOn ? { ...next, screen: 'what' } : next;
}

function refuse(state: WizardState, draftId: string, error: ErrorReport): WizardState {
  if (findQuestion(state, draftId) === undefined) return state;
  // what the person gave up is no error to come back to
  if (error.code === 'run.cancelled') return change(state, draftId, notAsked);
  const next = change(state, draftId, { is: 'refused', error });
  const located = locateError(error, state.place, state.draft);
  if (located === undefined) return next;
  return {
    ...next,
    look: located.screen === 'where' ? notAsked : next.look,
    plan: notAsked,
    screen: located.screen,
    refusal: error,
    ...beginCheck<FieldErrors>({ [located.field]: error.message }),
  };
}
