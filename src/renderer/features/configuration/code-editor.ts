import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  runScopeHandlers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { findIssue, type Issue } from './find-issue.ts';
import { createSchemaHelp, type SchemaAsk } from './schema-help.ts';

export interface Editor {
  read(): string;
  showIssues(issues: readonly Issue[]): void;
  destroy(): void;
}

export interface MergeEditor extends Pick<Editor, 'read' | 'destroy'> {
  /** Something was taken over or typed. */
  isChanged(): boolean;
  /** Escape where one of both has the focus does there what it does in any editor. False: elsewhere. */
  takeEscape(event: KeyboardEvent): boolean;
}

interface EditorOptions {
  readonly label: string;
  readonly onType: (text: string) => void;
  readonly onLook: () => void;
  readonly ask: SchemaAsk;
}

/** Colours are those of the page, so that both themes are right by themselves. */
const theme = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--bg-raised)', fontSize: '12.5px', height: '100%' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-gutters': {
    color: 'var(--text-dim)',
    backgroundColor: 'var(--bg-sunken)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--bg-hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-wash)',
  },
  '.cm-panels': { color: 'var(--text)', backgroundColor: 'var(--bg-sunken)' },
  '.cm-panels button, .cm-panels input': {
    color: 'var(--text)',
    background: 'var(--bg-raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
  },
  '.cm-tooltip': { color: 'var(--text)', backgroundColor: 'var(--bg-raised)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-code)', maxHeight: '240px' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { color: 'var(--text)', background: 'var(--accent-wash)' },
  '.cm-completionDetail': { color: 'var(--text-dim)', fontStyle: 'normal' },
  '.cm-completionInfo, .cm-setting': { maxWidth: '420px', padding: '8px 12px', fontFamily: 'var(--font)' },
  '.cm-setting p': { marginTop: '4px', color: 'var(--text-dim)' },
  '.cm-panel.cm-panel-lint ul': { maxHeight: '96px' },
  '.cm-panel.cm-panel-lint ul [aria-selected], .cm-panel.cm-panel-lint ul:focus [aria-selected]': {
    color: 'var(--text)',
    background: 'var(--bg-hover)',
  },
  '.cm-diagnostic': { fontFamily: 'var(--font)', padding: '6px 12px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-changedLine, &.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--ok-wash)' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--bad-wash)' },
  '.cm-changedText, &.cm-merge-b .cm-changedText, &.cm-merge-a .cm-changedText': {
    background: 'none',
    fontWeight: '600',
  },
  '.cm-deletedChunk .cm-deletedText': { background: 'none', textDecoration: 'line-through' },
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯"' },
  '.cm-collapsedLines': { color: 'var(--text-dim)', background: 'var(--bg-sunken)' },
});

const colourRules = [
  { tag: tags.propertyName, color: 'var(--graph)' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--text-dim)', fontStyle: 'italic' },
];
const colours = HighlightStyle.define(colourRules);

const look = (label: string): Extension => [
  theme,
  syntaxHighlighting(colours),
  json(),
  lineNumbers(),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
];

/** As long as CodeMirror itself waits for the Tab after an Escape. */
const TAB_LEAVES_MS = 2000;

/** Tab indents; Escape, then Tab goes on to the next control. */
const editing = (onLook: () => void): Extension => [
  history(),
  foldGutter(),
  lintGutter(),
  drawSelection(),
  bracketMatching(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  indentUnit.of('  '),
  keymap.of([
    {
      key: 'Mod-s',
      preventDefault: true,
      run: () => {
        onLook();
        return true;
      },
    },
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...lintKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
];

export function createEditor(parent: HTMLElement, doc: string, { label, onType, onLook, ask }: EditorOptions): Editor {
  const help = createSchemaHelp(ask);
  const view = new EditorView({
    parent,
    doc,
    extensions: [
      look(label),
      help.extension,
      editing(onLook),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onType(update.state.doc.toString());
      }),
    ],
  });
  return {
    read: () => view.state.doc.toString(),
    showIssues(issues) {
      help.showIssues(view, issues);
      const [first] = issues;
      if (first === undefined) return;
      const { from } = findIssue(view.state.doc.toString(), first);
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

/** What is different, in one column; to be read. */
export function createDiff(parent: HTMLElement, before: string, after: string, label: string): Pick<Editor, 'destroy'> {
  const view = new EditorView({
    parent,
    doc: after,
    extensions: [
      look(label),
      EditorState.readOnly.of(true),
      unifiedMergeView({
        original: before,
        mergeControls: false,
        gutter: true,
        collapseUnchanged: { margin: 2, minSize: 4 },
      }),
    ],
  });
  return { destroy: () => view.destroy() };
}

/** Theirs at the left, to be read; mine at the right, to be made to fit. */
export function createMerge(
  parent: HTMLElement,
  { theirs, mine }: { readonly theirs: string; readonly mine: string },
  labels: { readonly theirs: string; readonly mine: string },
): MergeEditor {
  const view = new MergeView({
    parent,
    a: { doc: theirs, extensions: [look(labels.theirs), EditorState.readOnly.of(true)] },
    b: { doc: mine, extensions: [look(labels.mine), editing(() => undefined)] },
    revertControls: 'a-to-b',
    collapseUnchanged: { margin: 2, minSize: 4 },
  });
  const first = view.b.state.doc;
  return {
    read: () => view.b.state.doc.toString(),
    isChanged: () => !view.b.state.doc.eq(first),
    takeEscape(event) {
      const focused = [view.a, view.b].find(({ dom }) => event.target instanceof Node && dom.contains(event.target));
      if (focused === undefined) return false;
      // The dialog hears of the key first, and the editor not at all of one that it has kept.
      runScopeHandlers(focused, event, 'editor');
      focused.setTabFocusMode(TAB_LEAVES_MS);
      return true;
    },
    destroy: () => view.destroy(),
  };
}
