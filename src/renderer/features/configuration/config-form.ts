import type { CallInput } from '../../../shared/contract/contract.ts';

type Edit = CallInput<'configuration.preview'>['edit'];
export type Patch = Extract<Edit, { kind: 'patch' }>['patch'];
type Json = Patch[string];

interface FieldBase {
  readonly id: string;
  readonly path: readonly string[];
}
export type ConfigField = FieldBase &
  (
    | { readonly kind: 'choice'; readonly options: readonly string[] }
    | { readonly kind: 'switch' }
    | { readonly kind: 'number'; readonly min: number }
    | { readonly kind: 'text'; readonly max: number }
  );

/** The settings that most people look for. What is not among them is in the text. */
export const configFields = [
  {
    id: 'thinking',
    path: ['agents', 'defaults', 'thinkingDefault'],
    kind: 'choice',
    options: ['off', 'minimal', 'low', 'medium', 'high', 'xhigh', 'adaptive', 'max'],
  },
  { id: 'timeout', path: ['agents', 'defaults', 'timeoutSeconds'], kind: 'number', min: 1 },
  {
    id: 'sandbox',
    path: ['agents', 'defaults', 'sandbox', 'mode'],
    kind: 'choice',
    options: ['off', 'non-main', 'all'],
  },
  { id: 'timezone', path: ['agents', 'defaults', 'userTimezone'], kind: 'text', max: 100 },
  { id: 'tools', path: ['tools', 'profile'], kind: 'choice', options: ['minimal', 'coding', 'messaging', 'full'] },
  {
    id: 'dmScope',
    path: ['session', 'dmScope'],
    kind: 'choice',
    options: ['main', 'per-peer', 'per-channel-peer', 'per-account-channel-peer'],
  },
  { id: 'label', path: ['gateway', 'controlUi', 'environment', 'label'], kind: 'text', max: 24 },
  { id: 'terminal', path: ['gateway', 'terminal', 'enabled'], kind: 'switch' },
  {
    id: 'logging',
    path: ['logging', 'level'],
    kind: 'choice',
    options: ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
  },
  { id: 'update', path: ['update', 'checkOnStart'], kind: 'switch' },
  { id: 'telemetry', path: ['telemetry', 'enabled'], kind: 'switch' },
] as const satisfies readonly ConfigField[];

export type FieldId = (typeof configFields)[number]['id'] | 'model' | 'fallbacks';
/** As it is typed; empty: OpenClaw does as it does by itself. */
export type FormDraft = Readonly<Record<FieldId, string>>;
export type FormErrors = Readonly<Partial<Record<FieldId, 'number' | 'long' | 'model'>>>;

const MODEL = ['agents', 'defaults', 'model'];
const SWITCHED = { on: true, off: false } as const;

type ConfigValue = Readonly<Record<string, unknown>>;

/** Pure. */
export function readForm(value: ConfigValue): FormDraft {
  const model = readAt(value, MODEL);
  const fallbacks = readAt(value, [...MODEL, 'fallbacks']);
  const primary = typeof model === 'string' ? model : readAt(value, [...MODEL, 'primary']);
  const typed = Object.fromEntries(configFields.map((field) => [field.id, show(readAt(value, field.path))]));
  return {
    ...typed,
    model: typeof primary === 'string' ? primary : '',
    fallbacks: Array.isArray(fallbacks) ? fallbacks.map(String).join('\n') : '',
  } as FormDraft;
}

/** What was typed, over what somebody else has set in the meantime: what was not touched is theirs. Pure. */
export function rebaseForm(before: ConfigValue, now: ConfigValue, draft: FormDraft): FormDraft {
  const [old, fresh] = [readForm(before), readForm(now)];
  const fields = Object.entries(draft) as [FieldId, string][];
  return Object.fromEntries(fields.map(([id, typed]) => [id, typed === old[id] ? fresh[id] : typed])) as FormDraft;
}

function show(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Pure. */
export function checkForm(draft: FormDraft): FormErrors {
  const wrong: Partial<Record<FieldId, 'number' | 'long' | 'model'>> = {};
  for (const field of configFields) {
    const typed = draft[field.id].trim();
    if (field.kind === 'number' && typed !== '' && !(/^\d{1,9}$/.test(typed) && Number(typed) >= field.min))
      wrong[field.id] = 'number';
    if (field.kind === 'text' && typed.length > field.max) wrong[field.id] = 'long';
  }
  if (draft.model.trim() !== '' && !isModel(draft.model.trim())) wrong.model = 'model';
  if (!listFallbacks(draft).every(isModel)) wrong.fallbacks = 'model';
  if (draft.model.trim() === '' && listFallbacks(draft).length > 0) wrong.model = 'model';
  return wrong;
}

const isModel = (name: string): boolean => /^[^/\s]+\/\S+$/.test(name);
const listFallbacks = ({ fallbacks }: FormDraft): string[] =>
  fallbacks
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What was typed, as OpenClaw patches: what was not touched is not in it. Pure. @param now for consent, RFC 3339 */
export function buildPatch(value: ConfigValue, draft: FormDraft, now: string): Patch {
  const before = readForm(value);
  let patch: Patch = {};
  for (const field of configFields) {
    const typed = draft[field.id].trim();
    if (typed === before[field.id]) continue;
    patch = put(patch, field.path, typed === '' ? null : parse(field, typed));
    // OpenClaw wants to know when somebody agreed
    if (field.id === 'telemetry' && typed === 'on') patch = put(patch, ['telemetry', 'consentedAt'], now);
  }
  if (draft.model.trim() === before.model && draft.fallbacks.trim() === before.fallbacks) return patch;
  const fallbacks = listFallbacks(draft);
  const primary = draft.model.trim();
  if (primary === '') return put(patch, MODEL, null);
  const isPlain = fallbacks.length === 0 && typeof readAt(value, MODEL) !== 'object';
  return put(patch, MODEL, isPlain ? primary : { primary, fallbacks: fallbacks.length === 0 ? null : fallbacks });
}

function parse(field: ConfigField, typed: string): Json {
  if (field.kind === 'number') return Number(typed);
  return field.kind === 'switch' ? SWITCHED[typed as keyof typeof SWITCHED] : typed;
}

function put(patch: Patch, [name, ...rest]: readonly string[], value: Json): Patch {
  if (name === undefined) return patch;
  if (rest.length === 0) return { ...patch, [name]: value };
  const inner = patch[name];
  const below = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  return { ...patch, [name]: put(below, rest, value) };
}

function readAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as ConfigValue)[name] : undefined),
    value,
  );
}
