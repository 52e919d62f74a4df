import JSON5 from 'json5';

/** Where a value of the document is: the names of the members on the way to it. */
export type ConfigPath = readonly string[];

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Entry extends Span {
  readonly key: string;
  readonly value: Node;
}

type Node =
  | (Span & { readonly kind: 'scalar' })
  | (Span & { readonly kind: 'object' | 'array'; readonly entries: readonly Entry[]; readonly trailingComma: boolean });
type Container = Exclude<Node, { kind: 'scalar' }>;

/*
 * The edits below touch only the bytes they have to: what a person wrote (comments, quotes, order, line ends) stays. All
 * of them take text that `JSON5.parse` accepts; the scanner finds where values lie and leaves judging to that parser.
 */

/** Sets a member of an object, and makes the objects on the way to it, also where something else is now. Pure. */
export function setValue(text: string, path: ConfigPath, value: unknown): string {
  const [key, ...rest] = path;
  if (key === undefined) throw new TypeError('The document itself cannot be replaced.');
  return setIn(text, scan(text), key, rest, value);
}

function setIn(text: string, container: Node, key: string, rest: ConfigPath, value: unknown): string {
  if (container.kind !== 'object') throw new TypeError('Only objects have members.');
  const entry = findEntry(container, key);
  const [next, ...after] = rest;
  if (entry === undefined) return addEntry(text, container, key, nest(rest, value));
  if (next !== undefined && entry.value.kind === 'object') return setIn(text, entry.value, next, after, value);
  return splice(text, entry.value, format(text, nest(rest, value), lineIndent(text, entry.value.start)));
}

/** Adds an element at the end of an array that is there. Pure. */
export function appendElement(text: string, path: ConfigPath, value: unknown): string {
  const array = find(text, path);
  if (array?.kind !== 'array') throw new TypeError(`There is no array at ${path.join('.')}.`);
  return addEntry(text, array, undefined, value);
}

/** Removes every member of that name; the text stays as it is where there is none. Pure. */
export function removeMember(text: string, path: ConfigPath): string {
  const parent = find(text, path.slice(0, -1));
  if (parent?.kind !== 'object') return text;
  const index = parent.entries.findLastIndex((entry) => entry.key === path.at(-1));
  const entry = parent.entries[index];
  if (entry === undefined) return text;
  const after = skipTrivia(text, entry.end);
  const ownComma = text[after] === ',';
  const previous = parent.entries[index - 1];
  let start = entry.start;
  let end = ownComma ? after + 1 : entry.end;
  // A line of its own goes as a whole; the last member takes the comma before it along.
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const restOfLine = /^[ \t]*\r?\n/.exec(text.slice(end));
  if (text.slice(lineStart, start).trim() === '' && restOfLine !== null) {
    start = lineStart;
    end += restOfLine[0].length;
  }
  let edited = text.slice(0, start) + text.slice(end);
  if (!ownComma && previous !== undefined) {
    const comma = skipTrivia(text, previous.end);
    edited = edited.slice(0, comma) + edited.slice(comma + 1);
  }
  return removeMember(edited, path);
}

/**
 * Replaces texts, numbers and literals, wherever they are; elements of arrays are named by their index. Pure.
 * @param choose the new value; undefined: it stays byte for byte
 */
export function replaceScalars(text: string, choose: (path: ConfigPath, value: unknown) => unknown): string {
  const edits: (Span & { readonly by: string })[] = [];
  const walk = (node: Node, path: ConfigPath): void => {
    if (node.kind === 'scalar') {
      const chosen = choose(path, JSON5.parse(text.slice(node.start, node.end)));
      if (chosen !== undefined) edits.push({ start: node.start, end: node.end, by: JSON.stringify(chosen) });
      return;
    }
    for (const { key, value } of node.entries) walk(value, [...path, key]);
  };
  walk(scan(text), []);
  return edits.reduceRight((edited, { by, ...span }) => splice(edited, span, by), text);
}

/** Of text that `JSON5.parse` accepts. Pure. */
export function hasComments(text: string): boolean {
  const withoutTexts = text.replaceAll(/\/\/|\/\*|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'/g, (word) =>
    word.startsWith('/') ? word : '',
  );
  return /\/[/*]/.test(withoutTexts);
}

export interface Located {
  /** Of an element of an array: the same as its value. */
  readonly name: Span;
  readonly value: Span;
}

/** Where the settings of a document are. Elements of arrays are named by their index; undefined: it is not there. Pure. */
export function locateIn(text: string): (path: ConfigPath) => Located | undefined {
  const root = scan(text);
  return (path) => {
    let found: Located = { name: { start: root.start, end: root.start + 1 }, value: root };
    let node: Node = root;
    for (const key of path) {
      const entry = node.kind === 'scalar' ? undefined : findEntry(node, key);
      if (entry === undefined) return undefined;
      const { start, end } = entry.value;
      const name = entry.start === start ? entry.value : { start: entry.start, end: scanWord(text, entry.start) };
      found = { name, value: { start, end } };
      node = entry.value;
    }
    return found;
  };
}

function find(text: string, path: ConfigPath): Node | undefined {
  let node: Node | undefined = scan(text);
  for (const key of path) {
    if (node?.kind !== 'object') return undefined;
    node = findEntry(node, key)?.value;
  }
  return node;
}

/** Of members with the same name the last one counts, as it does for every JSON5 parser. */
function findEntry(container: Container, key: string): Entry | undefined {
  return container.entries.findLast((entry) => entry.key === key);
}

function nest(path: ConfigPath, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function splice(text: string, { start, end }: Span, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function addEntry(text: string, container: Container, key: string | undefined, value: unknown): string {
  const last = container.entries.at(-1);
  const close = container.end - 1;
  const closeIndent = lineIndent(text, container.start);
  const multiline = text.slice(container.start, close).includes('\n');
  const inline = last !== undefined && !multiline;
  const indent = last !== undefined && multiline ? lineIndent(text, last.start) : closeIndent + indentUnit(text);
  const name = key === undefined ? '' : `${JSON.stringify(key)}: `;
  const entry = name + format(text, value, inline ? closeIndent : indent);
  const eol = endOfLine(text);
  // From the end to the start, so that positions stay right.
  const lastLine = /\n[ \t]*$/.exec(text.slice(0, close));
  const ownLine = multiline && lastLine !== null;
  let at = ownLine ? lastLine.index : close;
  if (ownLine && text[at - 1] === '\r') at -= 1;
  const missingComma = last !== undefined && !container.trailingComma;
  const comma = container.trailingComma ? ',' : '';
  const insertion = inline
    ? `${text[close - 1] === ' ' ? '' : ' '}${entry}${comma}${text[close - 1] === ' ' ? ' ' : ''}`
    : `${eol}${indent}${entry}${comma}${ownLine ? '' : eol + closeIndent}`;
  const edited = text.slice(0, at) + insertion + text.slice(at);
  return missingComma ? splice(edited, { start: last.end, end: last.end }, ',') : edited;
}

function format(text: string, value: unknown, indent: string): string {
  const lines = JSON.stringify(value, null, indentUnit(text)).split('\n');
  return lines.join(endOfLine(text) + indent);
}

function endOfLine(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function indentUnit(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

function lineIndent(text: string, position: number): string {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, position))?.[0] ?? '';
}

function scan(text: string): Node {
  return scanValue(text, skipTrivia(text, 0));
}

function scanValue(text: string, start: number): Node {
  const first = text[start];
  if (first === '{') return scanContainer(text, start, 'object');
  if (first === '[') return scanContainer(text, start, 'array');
  return { kind: 'scalar', start, end: scanWord(text, start) };
}

function scanContainer(text: string, start: number, kind: 'object' | 'array'): Container {
  const entries: Entry[] = [];
  let trailingComma = false;
  let at = skipTrivia(text, start + 1);
  while (at < text.length && text[at] !== '}' && text[at] !== ']') {
    let key = String(entries.length);
    let valueStart = at;
    if (kind === 'object') {
      const keyEnd = scanWord(text, at);
      key = readKey(text.slice(at, keyEnd));
      valueStart = skipTrivia(text, skipTrivia(text, keyEnd) + 1);
    }
    const value = scanValue(text, valueStart);
    entries.push({ key, start: at, end: value.end, value });
    at = skipTrivia(text, value.end);
    trailingComma = text[at] === ',';
    if (trailingComma) at = skipTrivia(text, at + 1);
  }
  return { kind, start, end: at + 1, entries, trailingComma };
}

function readKey(word: string): string {
  return Object.keys(JSON5.parse<Record<string, unknown>>(`{${word}:0}`))[0] ?? word;
}

/** The end of a string, a number, a literal or a bare member name. */
function scanWord(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  if (quote === '"' || quote === "'") {
    while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
    return at + 1;
  }
  while (at < text.length && !/[\s,:{}[\]/]/.test(text.charAt(at))) at += 1;
  return at;
}

function skipTrivia(text: string, start: number): number {
  let at = start;
  for (;;) {
    while (/[\s\ufeff]/.test(text.charAt(at))) at += 1;
    if (text.startsWith('//', at)) {
      const end = /[\n\r\u2028\u2029]/.exec(text.slice(at));
      at = end === null ? text.length : at + end.index;
    } else if (text.startsWith('/*', at)) at = text.indexOf('*/', at) + 2;
    else return at;
  }
}
