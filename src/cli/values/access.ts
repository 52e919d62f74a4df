import { z } from 'zod';
import { accessSchema, type Access } from '../../shared/model/ingress.ts';

const HOW = 'It is tunnel, domain:HOST, base:DOMAIN, ip or ip:ADDRESS.';

/** How a dashboard is reached: `tunnel`, `domain:claw.example.com`, `base:bots.example.com`, `ip`, `ip:203.0.113.7`. */
export const accessTextSchema: z.ZodType<Access> = z.string().transform((text, context): Access => {
  const colon = text.indexOf(':');
  const mode = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? undefined : text.slice(colon + 1);
  const parsed = accessSchema.safeParse({ mode, ...partsOf(mode, rest) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  context.addIssue({ code: 'custom', message: messageOf(mode, rest, issue?.path[0]) });
  return z.NEVER;
});

function partsOf(mode: string, rest: string | undefined): Readonly<Record<string, string>> {
  if (rest === undefined) return {};
  if (mode === 'domain') return { host: rest };
  if (mode === 'base') return { domain: rest };
  // A tunnel leads nowhere else; the schema turns the stray part away.
  return { address: rest.replace(/^\[(.*)\]$/, '$1') };
}

function messageOf(mode: string, rest: string | undefined, part: PropertyKey | undefined): string {
  if (rest === undefined || rest === '') return HOW;
  if (part === 'address') return `${rest} is not an IP address.`;
  return mode === 'domain' || mode === 'base' ? `${rest} is not a host name, like claw.example.com.` : HOW;
}
