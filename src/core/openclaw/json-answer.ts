import type { z } from 'zod';

/** What a command of OpenClaw answered with `--json`: on lines of its own, after whatever plugins print. The last one counts. Pure. */
export function readJsonAnswer<T>(stdout: string, schema: z.ZodType<T>): T | undefined {
  const starts = [...stdout.matchAll(/^\{/gm)].map(({ index }) => index);
  for (const start of starts.reverse()) {
    try {
      const answer = schema.safeParse(JSON.parse(stdout.slice(start)));
      if (answer.success) return answer.data;
    } catch {
      // Not where an answer starts.
    }
  }
  return undefined;
}
