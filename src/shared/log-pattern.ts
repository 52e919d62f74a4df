import { z } from 'zod';

const LONGEST_PATTERN = 200;
/** Of a line: no more of it is searched by a pattern. */
const SEARCHED_CHARACTERS = 1_000;
/** A pattern that takes so long over a line, */
const SLOW_MS = 100;
/** and that again and again, is not tried on another: once may have been the machine. */
const MOST_SLOW_LINES = 3;

/*
 * JavaScript's patterns can take years over a short line. What makes them do so is a repetition of something that holds a
 * repetition or a choice, and a reference back; none of these is needed to find a line.
 */
const repeatedGroup = /\)(?:[*+]|\{\d*,?\d*\})/;
const backReference = /\\(?:[1-9]|k<)/;
const repetition = /(?:[*+]|\{\d+,\d*\}|(?<![*+?}(])\?)/g;
/** More of them beside each other take the time of a line's length to their power. */
const MOST_REPETITIONS = 2;
const MOST_CHOICES = 6;

/** Why a pattern is not taken. Undefined: it is one. `/words/` is a pattern, anything else is plain text. Pure. */
export function findPatternFault(text: string): string | undefined {
  if (text.length > LONGEST_PATTERN) return `It is longer than ${String(LONGEST_PATTERN)} characters.`;
  const source = readPattern(text);
  if (source === undefined) return undefined;
  const bare = source
    .replace(/\\./g, (escaped) => (/\\[1-9k]/.test(escaped) ? escaped : 'x'))
    .replace(/\[[^\]]*\]/g, 'x');
  if (repeatedGroup.test(bare)) return 'A group that is repeated can take for ever. Write the pattern without it.';
  if (backReference.test(bare)) return 'A pattern that refers back to itself can take for ever.';
  if ((bare.match(repetition) ?? []).length > MOST_REPETITIONS)
    return `A pattern has at most ${String(MOST_REPETITIONS)} repetitions.`;
  // each choice multiplies what the repetitions cost
  const choices = (bare.match(/\|/g) ?? []).length;
  if (choices > MOST_CHOICES || (choices > 0 && (bare.match(repetition) ?? []).length === MOST_REPETITIONS))
    return 'A pattern has no choice beside two repetitions, and at most six beside one.';
  try {
    new RegExp(source, 'i');
    return undefined;
  } catch {
    return 'It is not a regular expression.';
  }
}

function readPattern(text: string): string | undefined {
  return text.length > 2 && text.startsWith('/') && text.endsWith('/') ? text.slice(1, -1) : undefined;
}

/** Finds the first place at or after `from`. Undefined: nowhere. */
export type FindIn = (text: string, from: number) => { readonly at: number; readonly length: number } | undefined;

/** Whatever the letter case. What is no good pattern finds nothing. Pure. */
export function compileSearch(words: string): FindIn {
  const source = readPattern(words);
  if (source === undefined) {
    const wanted = words.toLowerCase();
    return (text, from) => {
      const lower = text.toLowerCase();
      // a letter whose small form is longer would shift every place after it
      const at = (lower.length === text.length ? lower : text).indexOf(wanted, from);
      return at < 0 ? undefined : { at, length: words.length };
    };
  }
  if (findPatternFault(words) !== undefined) return () => undefined;
  const pattern = new RegExp(source, 'gi');
  let slowLines = 0;
  return (text, from) => {
    if (slowLines >= MOST_SLOW_LINES || from > SEARCHED_CHARACTERS) return undefined;
    const began = Date.now();
    pattern.lastIndex = from;
    const found = pattern.exec(text.slice(0, SEARCHED_CHARACTERS));
    if (Date.now() - began > SLOW_MS) slowLines += 1;
    return found === null || found[0] === '' ? undefined : { at: found.index, length: found[0].length };
  };
}

export const logSearchSchema = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const fault = findPatternFault(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
