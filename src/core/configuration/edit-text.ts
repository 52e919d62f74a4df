import { AppError } from '../../shared/app-error.ts';
import {
  formatConfigPath,
  holdsRedacted,
  type ConfigEdit,
  type ConfigEntry,
} from '../../shared/model/configuration.ts';
import { isConfigObject, parseConfig, readSetting } from '../openclaw/config-document.ts';
import { removeMember, setValue } from '../openclaw/json5-edit.ts';
import { restoreSecrets } from './redaction.ts';

export interface Edited {
  /** As it was typed: secrets that stay are hidden. */
  readonly shown: string;
  /** As it is to be written. */
  readonly text: string;
  /** Settings that a revert leaves as they are, because the history does not know their secret. */
  readonly kept: readonly string[];
  /** Settings that a revert sets back, but for the secret in them. */
  readonly keptSecrets: readonly string[];
}

/**
 * The text that an edit makes. Pure.
 * @param shown what is there, redacted
 * @param text what is there
 * @throws AppError `config.unreadable`, `config.secret-unknown`
 */
export function editText(
  { shown, text }: { readonly shown: string; readonly text: string },
  edit: Exclude<ConfigEdit, { kind: 'revert' }> | { readonly kind: 'revert'; readonly entry: ConfigEntry },
): Edited {
  const current = parseConfig(text).value;
  const finish = (edited: string, kept: readonly string[] = [], keptSecrets: readonly string[] = []): Edited => {
    parseConfig(edited);
    const restored = restoreSecrets(edited, current);
    const [first] = restored.unknown;
    if (first !== undefined) {
      const name = formatConfigPath(first);
      throw new AppError('config.secret-unknown', {
        message: `There is no secret to keep at ${name}.`,
        details: { path: name },
      });
    }
    return { shown: edited, text: restored.text, kept, keptSecrets };
  };
  switch (edit.kind) {
    case 'text':
      return finish(edit.text);
    case 'patch':
      return finish(mergeInto(shown, [], edit.patch));
    case 'revert': {
      const [kept, keptSecrets]: [string[], string[]] = [[], []];
      let edited = shown;
      for (const { path, before } of edit.entry.changes) {
        const back = before === undefined ? removeMember(edited, path) : setValue(edited, path, before);
        if (restoreSecrets(back, current).unknown.length > 0) kept.push(formatConfigPath(path));
        else {
          edited = back;
          if (holdsRedacted(before)) keptSecrets.push(formatConfigPath(path));
        }
      }
      return finish(edited, kept, keptSecrets);
    }
  }
}

/** As OpenClaw patches: objects are merged, null takes away, everything else replaces. */
function mergeInto(text: string, path: readonly string[], patch: Readonly<Record<string, unknown>>): string {
  return Object.entries(patch).reduce((edited, [name, wanted]) => {
    const at = [...path, name];
    if (wanted === null) return removeMember(edited, at);
    if (!isConfigObject(wanted)) return setValue(edited, at, wanted);
    const there = isConfigObject(readSetting(parseConfig(edited).value, at));
    return mergeInto(there ? edited : setValue(edited, at, {}), at, wanted);
  }, text);
}
