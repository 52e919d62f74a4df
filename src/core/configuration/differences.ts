import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { holdsRedacted, REDACTED, type ConfigChange } from '../../shared/model/configuration.ts';
import { isConfigObject } from '../openclaw/config-document.ts';
import { redactValue } from './redaction.ts';

type Json = z.infer<ReturnType<typeof z.json>>;

/** What OpenClaw notes about itself at every write. */
const BOOKKEEPING = 'meta';

/**
 * What is different, setting by setting; lists as a whole. A secret that stays hidden is the same, one that is written anew is
 * another. The answer is redacted. Pure.
 * @param before redacted
 * @param after as it was typed
 */
export function listChanges(before: unknown, after: unknown): ConfigChange[] {
  const changes: ConfigChange[] = [];
  const walk = (old: unknown, now: unknown, path: readonly string[]): void => {
    if (isDeepStrictEqual(old, now)) return;
    if (isConfigObject(old) && isConfigObject(now)) {
      for (const name of new Set([...Object.keys(old), ...Object.keys(now)]))
        if (path.length > 0 || name !== BOOKKEEPING) walk(own(old, name), own(now, name), [...path, name]);
      return;
    }
    const [shownOld, shownNow] = [redactValue(old, path), redactValue(now, path)];
    changes.push({
      path: [...path],
      ...(shownOld === undefined ? {} : { before: shownOld as Json }),
      ...(shownNow === undefined ? {} : { after: shownNow as Json }),
      isSecret: holdsRedacted(shownOld) || holdsRedacted(shownNow),
    });
  };
  walk(before, after, []);
  return changes;
}

/** As above, between what was seen at two times: whether something is hidden depends on who was asked. Pure. */
export function listSeenChanges(before: unknown, after: unknown): ConfigChange[] {
  return listChanges(before, hideAlike(after, before)).filter((change) => !isHiddenTwice(change));
}

function isHiddenTwice({ before, after }: ConfigChange): boolean {
  return before === REDACTED && after === REDACTED;
}

/** What was hidden before is hidden now, and the other way round it was never seen. */
function hideAlike(value: unknown, like: unknown): unknown {
  if (like === REDACTED && typeof value === 'string') return REDACTED;
  if (value === REDACTED && typeof like === 'string') return like;
  if (Array.isArray(value) && Array.isArray(like))
    return value.map((item: unknown, index) => hideAlike(item, like[index] as unknown));
  if (isConfigObject(value) && isConfigObject(like))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hideAlike(item, own(like, name))]));
  return value;
}

function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
