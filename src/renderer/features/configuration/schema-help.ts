import {
  autocompletion,
  completionKeymap,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { linter, type Diagnostic } from '@codemirror/lint';
import { StateEffect, type Extension } from '@codemirror/state';
import { hoverTooltip, keymap, type EditorView } from '@codemirror/view';
import type { ConfigDescription, ConfigLint, ConfigSetting } from '../../../shared/model/config-schema.ts';
import { formatConfigPath } from '../../../shared/model/configuration.ts';
import { text } from '../../text/index.ts';
import { findIssue, type Issue } from './find-issue.ts';
import { readPlace } from './read-place.ts';

const words = text.configuration.schema;

/** Asks core, which alone has the schema: it is megabytes. */
export interface SchemaAsk {
  readonly lint: (text: string) => Promise<ConfigLint>;
  readonly describe: (path: readonly string[]) => Promise<ConfigDescription>;
}

export interface SchemaHelp {
  readonly extension: Extension;
  /** What OpenClaw itself said of the text as it is; gone with the next letter. */
  showIssues(view: EditorView, issues: readonly Issue[]): void;
}

/** Who types is left alone until a moment after. */
const LINT_AFTER_MS = 400;
const KEPT_DESCRIPTIONS = 200;

/** What is wrong while it is typed, names and values to choose from, and what a setting is about. */
export function createSchemaHelp({ lint, describe }: SchemaAsk): SchemaHelp {
  const refresh = StateEffect.define();
  const kept = new Map<string, ConfigSetting>();
  let told: readonly Issue[] = [];

  const find = async (path: readonly string[]): Promise<ConfigSetting | undefined> => {
    const key = JSON.stringify(path);
    const known = kept.get(key);
    if (known !== undefined) return known;
    // Without an answer there is nothing to choose from; the page says by itself that the door is away.
    const { setting } = await describe(path).catch((): Partial<ConfigDescription> => ({}));
    if (setting !== undefined && kept.size < KEPT_DESCRIPTIONS) kept.set(key, setting);
    return setting;
  };

  const listDiagnostics = async (view: EditorView): Promise<Diagnostic[]> => {
    const shown = view.state.doc.toString();
    const own = told.map((issue): Diagnostic => {
      const message = issue.path === undefined ? issue.message : `${issue.path}: ${issue.message}`;
      return { ...findIssue(shown, issue), message, severity: 'error' };
    });
    // As above.
    const { faults } = await lint(shown).catch(() => ({ faults: [] as ConfigLint['faults'] }));
    const end = shown.length;
    // OpenClaw has the last word on a setting: what the schema says of the same one is said already.
    const unsaid = faults.filter(({ path }) => path === '' || !told.some((issue) => issue.path === path));
    const found = unsaid.map(({ from, to, path, message, severity }): Diagnostic => ({
      from: Math.min(from, end),
      to: Math.min(to, end),
      severity,
      message: path === '' ? message : `${path}: ${message}`,
    }));
    const isSaid = (fault: Diagnostic): boolean => own.some(({ from }) => from === fault.from);
    return [...own, ...found.filter((fault) => !isSaid(fault))];
  };

  return {
    extension: [
      linter(listDiagnostics, {
        delay: LINT_AFTER_MS,
        // What is wrong is said where it is seen without a mouse.
        autoPanel: true,
        needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((one) => one.is(refresh))),
      }),
      autocompletion({ override: [(context) => complete(context, find)], icons: false }),
      keymap.of(completionKeymap),
      hoverTooltip(async (view, at) => {
        const place = readPlace(view.state.doc.toString(), at);
        if (place === undefined || place.word === '') return null;
        const path = place.is === 'name' ? [...place.path, place.word] : place.path;
        const setting = await find(path);
        if (setting === undefined) return null;
        return { pos: place.from, end: place.to, create: () => ({ dom: draw(formatConfigPath(path), setting) }) };
      }),
    ],
    showIssues(view, issues) {
      if (issues.length === 0 && told.length === 0) return;
      told = issues;
      view.dispatch({ effects: refresh.of(null) });
    },
  };
}

async function complete(
  context: CompletionContext,
  find: (path: readonly string[]) => Promise<ConfigSetting | undefined>,
): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context;
  const shown = state.doc.toString();
  const place = readPlace(shown, pos);
  if (place === undefined || (place.word === '' && place.from === place.to && !explicit)) return null;
  const setting = await find(place.path);
  if (setting === undefined) return null;
  const quote = /["']/.exec(shown.slice(place.from, place.from + 1))?.[0];
  const isClosed = quote !== undefined && place.to - place.from > 1 && shown.slice(0, place.to).endsWith(quote);
  // inside of quotes the word alone is replaced
  const from = quote === undefined ? place.from : place.from + 1;
  const to = isClosed ? place.to - 1 : place.to;
  if (pos < from || pos > to) return null;
  const write = (name: string): string => {
    if (quote === undefined) return JSON.stringify(name);
    return isClosed ? name : `${name}${quote}`;
  };
  const options =
    place.is === 'name'
      ? setting.members
          .filter(({ name }) => !place.taken.includes(name))
          .map((member): Completion => {
            const hasColon = /^["']?\s*:/.test(shown.slice(place.to));
            return {
              label: member.name,
              detail: sayForm(member),
              apply: `${write(member.name)}${quote !== undefined || hasColon ? '' : ': '}`,
              ...(member.description === undefined ? {} : { info: member.description }),
            };
          })
      : setting.values
          .filter((value) => quote === undefined || typeof value === 'string')
          .map((value): Completion => {
            const label = typeof value === 'string' ? value : JSON.stringify(value);
            return { label, apply: typeof value === 'string' ? write(value) : label };
          });
  return options.length === 0 ? null : { from, to, options, validFor: /^[\w.-]*$/ };
}

function sayForm({ types, values }: Pick<ConfigSetting, 'types' | 'values'>): string {
  if (values.length > 0 && values.length < 4) return values.map((value) => JSON.stringify(value)).join(' | ');
  return types.map((type) => words.types[type] ?? type).join(' | ');
}

function draw(name: string, setting: ConfigSetting): HTMLElement {
  const { description, title, minimum, maximum, maxLength, values, restarts } = setting;
  const box = document.createElement('div');
  box.className = 'cm-setting';
  const add = (tag: 'strong' | 'p' | 'code', said: string): void => {
    const part = document.createElement(tag);
    part.textContent = said;
    box.append(part);
  };
  add('code', name);
  const about = description ?? title;
  if (about !== undefined) add('p', about);
  const form = values.length > 0 ? values.map((value) => JSON.stringify(value)).join(', ') : sayForm(setting);
  const range = words.range(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, maxLength);
  add('p', [form, range].filter((part) => part !== '').join(' · '));
  if (restarts) add('p', words.restarts);
  return box;
}
