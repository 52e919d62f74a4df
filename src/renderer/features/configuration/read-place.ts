/** What stands at a place of a JSON5 text that is being typed, and may be half done. */
export interface TextPlace {
  /** Of a name: the object that it is in. Of a value: the setting. */
  readonly path: readonly string[];
  readonly is: 'name' | 'value';
  /** The word that the place is in; both the same where there is none. Quotes belong to it. */
  readonly from: number;
  readonly to: number;
  /** Without its quotes. */
  readonly word: string;
  /** Names that the same object has elsewhere. */
  readonly taken: readonly string[];
}

interface Frame {
  readonly isList: boolean;
  name: string;
  index: number;
  isValueNext: boolean;
  readonly names: string[];
}

type Token = { readonly text: string; readonly from: number; readonly to: number };

const TOKENS =
  /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|[{}[\]:,]|[^\s{}[\]:,"'/]+/g;
const unquote = (text: string): string => text.replace(/^(["'])(.*?)\1?$/s, '$2');

/** Undefined: nothing can be typed there, as in a comment. Pure. */
export function readPlace(text: string, at: number): TextPlace | undefined {
  const frames: Frame[] = [];
  let found: Omit<TextPlace, 'taken'> | undefined;
  let holder: Frame | undefined;
  const settle = ({ from, to, text: word }: Token): void => {
    const top = frames.at(-1);
    if (top === undefined) return;
    const is = top.isList || top.isValueNext ? 'value' : 'name';
    const all = frames.map(nameOf);
    found = { path: is === 'name' ? all.slice(0, -1) : all, is, from, to, word: unquote(word) };
    holder = top;
  };
  for (const match of text.matchAll(TOKENS)) {
    const token = { text: match[0], from: match.index, to: match.index + match[0].length };
    const isComment = /^\/[/*]/.test(token.text);
    const isMark = /^[{}[\]:,]$/.test(token.text);
    if (found === undefined && isComment && at > token.from && at <= token.to) return undefined;
    if (isComment) continue;
    if (frames.length === 0 && at <= token.from) return undefined;
    if (found === undefined && at <= token.from && (isMark || at < token.from)) settle({ text: '', from: at, to: at });
    else if (found === undefined && !isMark && at <= token.to) settle(token);
    if (found !== undefined && holder === undefined) return undefined;
    const isIn = token.from <= at && at <= token.to && !isMark;
    step(frames, token, isIn);
    // what follows in the same object is still to be read: its names are taken
    if (holder !== undefined && !frames.includes(holder)) break;
  }
  if (found === undefined) settle({ text: '', from: at, to: at });
  return found === undefined || holder === undefined ? undefined : { ...found, taken: holder.names };
}

const nameOf = ({ isList, index, name }: Frame): string => (isList ? String(index) : name);

/** @param isIn the word that is being typed takes no name from anyone */
function step(frames: Frame[], { text }: Token, isIn: boolean): void {
  const top = frames.at(-1);
  switch (text) {
    case '{':
    case '[':
      frames.push({ isList: text === '[', name: '', index: 0, isValueNext: false, names: [] });
      break;
    case '}':
    case ']':
      frames.pop();
      break;
    case ':':
      if (top !== undefined) top.isValueNext = true;
      break;
    case ',':
      if (top === undefined) break;
      top.isValueNext = false;
      top.index += 1;
      break;
    default:
      if (top === undefined || top.isList || top.isValueNext) break;
      top.name = unquote(text);
      if (!isIn) top.names.push(top.name);
  }
}
