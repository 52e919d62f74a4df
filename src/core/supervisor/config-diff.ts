import JSON5 from 'json5';

/** Lines of a difference that a log is given; the rest is counted. */
const MAX_LINES = 100;
/** Names under which people keep what nobody else may read. */
const SECRET_NAME = /token|secret|password|passphrase|key|credential|auth|cookie|bearer|headers?|vars|env$/i;

/**
 * How two texts of openclaw.json differ, setting by setting, without giving away a secret: a value is shown only where it is
 * a number, a switch or a short word, and nothing on the way to it sounds like a secret. Pure.
 */
export function formatConfigDiff(before: string | undefined, after: string | undefined): string[] {
  const old = flatten(before);
  const now = flatten(after);
  if (old === undefined || now === undefined) {
    if (before === after) return [];
    return [`openclaw.json ${describeText(before, old)} before, and ${describeText(after, now)} now`];
  }
  const lines: string[] = [];
  for (const path of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const was = old.get(path);
    const is = now.get(path);
    if (was === is) continue;
    if (is === undefined) lines.push(`- ${path} (was ${show(path, was)})`);
    else if (was === undefined) lines.push(`+ ${path} = ${show(path, is)}`);
    else lines.push(`~ ${path} = ${show(path, is)} (was ${show(path, was)})`);
  }
  const left = lines.length - MAX_LINES;
  return left > 0 ? [...lines.slice(0, MAX_LINES), `… and ${left} more`] : lines;
}

function describeText(text: string | undefined, settings: ReadonlyMap<string, string> | undefined): string {
  if (text === undefined) return 'was missing';
  return settings === undefined ? 'could not be read' : `held ${settings.size} settings`;
}

/** Leaves by their path; an empty object or list is a leaf. Undefined: there is no text, or it cannot be read. */
function flatten(text: string | undefined): ReadonlyMap<string, string> | undefined {
  if (text === undefined) return undefined;
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    if (entries.length === 0) leaves.set(path, JSON.stringify(value));
    for (const [key, inner] of entries) walk(inner, path === '' ? key : `${path}.${key}`);
  };
  try {
    walk(JSON5.parse<unknown>(text), '');
    return leaves;
  } catch {
    return undefined;
  }
}

function show(path: string, json: string | undefined): string {
  if (json === undefined) return 'nothing';
  if (/^(true|false|null|\{\}|\[\])$/.test(json)) return json;
  if (SECRET_NAME.test(path)) return '[redacted]';
  const plain = /^-?[\d.e+]+$/i.test(json) || /^"[\w.:/ -]{0,40}"$/.test(json);
  // Long, of letters and digits together: that is what a key looks like under any name.
  const random = /(?=[^/. -]*\d)(?=[^/. -]*[a-z])[^/. -]{16,}/i.test(json);
  return plain && !random ? json : '[redacted]';
}
