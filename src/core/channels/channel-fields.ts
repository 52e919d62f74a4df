import { z } from 'zod';
import type { ChannelField } from '../../shared/model/channels.ts';

export const lookupSchema = z.object({
  hint: z.object({ label: z.string().optional() }).optional(),
  children: z.array(
    z.object({
      key: z.string(),
      type: z.union([z.string(), z.array(z.string())]).optional(),
      hint: z
        .object({
          label: z.string().optional(),
          help: z.string().optional(),
          sensitive: z.boolean().optional(),
          advanced: z.boolean().optional(),
        })
        .optional(),
    }),
  ),
});

/** Options of the command that are none of the channel's settings. */
const NOT_SETTINGS = new Set(['account', 'agent', 'channel', 'help', 'name', 'use-env', 'token-file']);
/** Settings for whoever writes openclaw.json by hand. */
const NEVER_ASKED = new Set(['enabled', 'dmPolicy', 'groupPolicy', 'contextVisibility', 'name', 'requireMention']);

/**
 * Of what a channel can be given: what `openclaw channels add --channel X --help` offers, and the secrets that the schema
 * does not call advanced. Named as in openclaw.json, because that is where they go; tokens then travel inside of the
 * connection and stand in no argument list. Pure.
 */
export function listFields(help: string, { children }: z.infer<typeof lookupSchema>): ChannelField[] {
  const offered = readOptions(help);
  return children.flatMap(({ key, type, hint = {} }): ChannelField[] => {
    if (NEVER_ASKED.has(key)) return [];
    const secret = hint.sensitive === true;
    const option = offered.get(key);
    const isAsked = option !== undefined || (secret && hint.advanced !== true);
    const isSwitch = type === 'boolean';
    if (!isAsked || !(secret || isSwitch || type === 'string' || type === undefined)) return [];
    const explained = option ?? hint.help;
    return [
      {
        key,
        label: option ?? hint.label ?? sayKey(key),
        ...(explained === undefined || hint.help === undefined ? {} : { help: hint.help }),
        secret,
        kind: isSwitch ? 'switch' : 'text',
      },
    ];
  });
}

/** `  --bot-token <token>  Slack bot token`: by the name that the setting has in openclaw.json. */
function readOptions(help: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, flag = '', words = ''] of help.matchAll(/^\s+--([a-z][a-z0-9-]*)(?: <[^>]*>)?\s{2,}(\S.*)$/gm)) {
    if (NOT_SETTINGS.has(flag)) continue;
    found.set(
      flag.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      words.trim(),
    );
  }
  return found;
}

/** `appToken` as words. */
function sayKey(key: string): string {
  const words = key.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
