import { z } from 'zod';

/** How a kind of record is written in files: `{"v": version, …}`. */
export interface Versioned<T extends object> {
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /** By the version they start from; each is pure and leads to the next one. */
  readonly migrations: Readonly<Record<number, (old: Readonly<Record<string, unknown>>) => Record<string, unknown>>>;
}

export type ParsedRecord<T> =
  | { readonly is: 'record'; readonly value: T }
  | { readonly is: 'corrupt'; readonly because: string }
  /** Written by a Hardshell that knows more: to be left alone. */
  | { readonly is: 'newer'; readonly version: number };

const envelopeSchema = z.looseObject({ v: z.int().min(1) });

/** Pure. */
export function parseRecord<T extends object>(
  text: string,
  { version, schema, migrations }: Versioned<T>,
): ParsedRecord<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { is: 'corrupt', because: text === '' ? 'The file is empty.' : 'The file is not JSON.' };
  }
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return { is: 'corrupt', because: 'The file does not say its version.' };
  const { v, ...rest } = envelope.data;
  if (v > version) return { is: 'newer', version: v };
  let body: Record<string, unknown> = rest;
  try {
    for (let from = v; from < version; from += 1) {
      const migrate = migrations[from];
      if (migrate === undefined)
        return { is: 'corrupt', because: `Nothing leads from version ${String(from)} to ${String(version)}.` };
      body = migrate(body);
    }
  } catch {
    return { is: 'corrupt', because: `The file is not what version ${String(v)} wrote.` };
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return { is: 'record', value: parsed.data };
  // Names of fields alone: values stay out of messages.
  const fields = parsed.error.issues.map(({ path }) => path.map(String).join('.') || '(whole)');
  return { is: 'corrupt', because: `These fields are not as they should be: ${[...new Set(fields)].join(', ')}.` };
}

/** Pure. @throws ZodError when the value is not one of the schema: a bug of the caller */
export function formatRecord<T extends object>(value: T, { version, schema }: Versioned<T>): string {
  return `${JSON.stringify({ v: version, ...schema.parse(value) }, undefined, 2)}\n`;
}
