/** Longer lines are cut: nobody reads them, and a browser lays them out for seconds. */
export const LONGEST_TEXT = 8_000;

// What a program writes for a terminal: colours and cursor (CSI), titles and links (OSC), single escapes.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const controls = /[\u0000-\u0008\u000a-\u001f\u007f]/g;
/** What reorders text, or is not seen. */
const hidden = /[\u0080-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Without colours; other control characters as their pictures, so that a line can hide and overwrite nothing. Pure. */
export function cleanText(text: string): string {
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return cut
    .replace(escapes, '')
    .replace(controls, (character) =>
      character === '\u007f' ? '\u2421' : String.fromCharCode(0x2400 + character.charCodeAt(0)),
    )
    .replace(hidden, (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);
}

const STRUCK = '[redacted]';
const SHORTEST_SECRET = 6;

/** What looks like a key under any name: providers' keys, bot tokens, tokens in addresses and headers. */
const keys: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sk|pk|rk|gsk|xai)-[\w-]{16,}/g, STRUCK],
  [/\b(?:gh[opsu]_|github_pat_|glpat-|xox[abprs]-|xapp-)[\w-]{16,}/g, STRUCK],
  [/\bAIza[\w-]{30,}/g, STRUCK],
  [/\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g, STRUCK],
  [/\b\d{6,12}:[A-Za-z0-9_-]{30,}/g, STRUCK],
  [/\b[MNO][\w-]{22,}\.[\w-]{6}\.[\w-]{27,}/g, STRUCK],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g, STRUCK],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${STRUCK}`],
  [/([#?&](?:bootstrapToken|token|access_token|key|api_key|password|secret)=)[^&\s"']+/gi, `$1${STRUCK}`],
  [/("(?:[\w-]*(?:token|password|secret|api_?key))"\s*:\s*")(?:[^"\\]|\\.)+/gi, `$1${STRUCK}`],
  [/(:\/\/[^\s/:@]+:)[^\s/@]+@/g, `$1${STRUCK}@`],
];

/** Strikes out what is known to be secret, and what looks like it. */
export function createStriker(known: readonly string[]): (text: string) => string {
  const secrets = known.filter((secret) => secret.length >= SHORTEST_SECRET);
  return (text) => {
    let struck = text;
    for (const secret of secrets) struck = struck.replaceAll(secret, STRUCK);
    for (const [pattern, instead] of keys) struck = struck.replace(pattern, instead);
    return struck;
  };
}
