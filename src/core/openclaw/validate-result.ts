import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { isConfigObject, parseConfig, type ConfigObject } from './config-document.ts';
import { readJsonAnswer } from './json-answer.ts';

const noteSchema = z.object({ path: z.string(), message: z.string() });
const answerSchema = z.object({
  valid: z.boolean(),
  issues: z.array(noteSchema).default([]),
  warnings: z.array(noteSchema).default([]),
  error: z.object({ message: z.string() }).optional(),
});

/** `<root>` is how OpenClaw names the document itself. */
export interface ConfigIssue {
  readonly path: string;
  readonly message: string;
}

/**
 * What `openclaw config validate --json` answered: its warnings where the config is valid; where several were validated in a
 * row, the last answer counts. Pure.
 * @param configText the file that was validated, so that nothing secret of it is repeated: messages may quote values
 * @throws AppError `config.rejected` with the issues, `command.failed` where there is no such answer
 */
export function expectValidConfig(
  result: { readonly code: number | null; readonly stdout: string; readonly stderr: string },
  configText: string | undefined,
): readonly ConfigIssue[] {
  const answer = readJsonAnswer(result.stdout, answerSchema);
  const secrets = configText === undefined ? [] : listSecrets(configText);
  const redact = hideSecrets(secrets);
  if (answer === undefined) {
    const lastLines = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20);
    throw new AppError('command.failed', {
      message: 'OpenClaw could not check its configuration.',
      details: { exitCode: result.code, lastLines: lastLines.map((line) => redactAll(line, secrets)) },
    });
  }
  if (answer.valid) return answer.warnings.map(redact);
  const said = { path: '<root>', message: answer.error?.message ?? 'rejected' };
  const issues = (answer.issues.length === 0 ? [said] : answer.issues).map(redact);
  const [first] = issues;
  throw new AppError('config.rejected', {
    message: `OpenClaw does not accept its configuration: ${first?.path ?? ''}: ${first?.message ?? ''}`,
    details: { issues },
  });
}

/** Issues as they may be shown: a message may quote what it complains about. Pure. */
export function hideSecretsIn(issues: readonly ConfigIssue[], configText: string): ConfigIssue[] {
  return issues.map(hideSecrets(listSecrets(configText)));
}

const hideSecrets =
  (secrets: readonly string[]) =>
  ({ path, message }: ConfigIssue): ConfigIssue => ({ path, message: redactAll(message, secrets) });

const SECRET_NAME = /token|password|secret|key|credential|auth|webhook/i;

/** Every text under a name that sounds secret. */
function listSecrets(configText: string): string[] {
  let config: ConfigObject;
  try {
    config = parseConfig(configText).value;
  } catch {
    // What cannot be parsed cannot be quoted by value either: OpenClaw then names a position.
    return [];
  }
  const found: string[] = [];
  const walk = (value: unknown, secret: boolean): void => {
    if (typeof value === 'string' && secret && value.length >= 4) found.push(value);
    else if (Array.isArray(value)) for (const item of value) walk(item, secret);
    else if (isConfigObject(value)) {
      for (const [name, inner] of Object.entries(value)) walk(inner, secret || SECRET_NAME.test(name));
    }
  };
  walk(config, false);
  // Longest first: one secret may be the start of another.
  return found.sort((a, b) => b.length - a.length);
}

function redactAll(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text);
}
