import { expect, it } from 'vitest';
import { AppError } from '../shared/app-error.ts';
import { formatJsonLine } from './json-lines.ts';

it('says what to do in the words of the command line alone', () => {
  const error = new AppError('host.sudo-password', { details: { cause: new AppError('disk.full').toReport() } });
  const line = formatJsonLine({ type: 'result', ok: false, exitCode: error.exitCode, error: error.toReport() });
  expect(JSON.parse(line)).toMatchObject({ error: { hint: 'Check sudoPassword in --secrets-stdin.' } });
  expect(line).not.toContain('windowHint');
});
