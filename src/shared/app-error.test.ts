import { describe, expect, it } from 'vitest';
import {
  AppError,
  errorReportSchema,
  exitCodes,
  isAppError,
  passHint,
  toAppError,
  type ErrorCode,
} from './app-error.ts';
import { errorCatalogue } from './error-catalogue.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

describe('an error', () => {
  it('has the sentence, the hint and the exit code of its code', () => {
    const error = new AppError('lease.held');
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe(errorCatalogue['lease.held'].message);
    expect(error.exitCode).toBe(3);
    expect(error.toReport()).toEqual({
      code: 'lease.held',
      message: errorCatalogue['lease.held'].message,
      hint: errorCatalogue['lease.held'].hint,
      retry: true,
    });
  });

  it('says more where more is known, and keeps its cause to itself', () => {
    const cause = new Error('ENOENT: token hunter2');
    const error = new AppError('host.unreachable', {
      message: 'Nothing there.',
      hint: 'Look.',
      details: { port: 22 },
      cause,
    });
    expect(error.cause).toBe(cause);
    expect(error.toReport()).toEqual({
      code: 'host.unreachable',
      message: 'Nothing there.',
      hint: 'Look.',
      retry: true,
      details: { port: 22 },
    });
    expect(error.details).toEqual({ port: 22 });
  });

  it('has another hint for the window where the catalogue has, and passes both on', () => {
    const error = new AppError('host.sudo-password');
    expect(error.toReport()).toMatchObject({
      hint: 'Check sudoPassword in --secrets-stdin.',
      windowHint: 'Check the sudo password.',
    });
    expect(new AppError('host.sudo-password', { message: 'No.', ...passHint(error) }).toReport()).toEqual({
      ...error.toReport(),
      message: 'No.',
    });
    expect(new AppError('host.sudo-password', { hint: 'Look.' }).toReport().windowHint).toBeUndefined();
    const both = new AppError('host.auth-failed', { hint: { command: 'Use --identity.', window: 'Name a key file.' } });
    expect([both.hint, both.windowHint]).toEqual(['Use --identity.', 'Name a key file.']);
  });

  it('that was not foreseen is a bug with its cause; an AppError stays itself', () => {
    const thrown = new TypeError('x is undefined');
    expect(toAppError(thrown)).toMatchObject({
      code: 'internal.bug',
      details: { reason: 'x is undefined' },
      cause: thrown,
    });
    expect(toAppError('text')).toMatchObject({ code: 'internal.bug', details: { reason: 'text' } });
    const known = new AppError('disk.full');
    expect(toAppError(known)).toBe(known);
    expect([
      isAppError(known),
      isAppError(known, 'disk.full'),
      isAppError(known, 'lease.held'),
      isAppError(thrown),
    ]).toEqual([true, true, false, false]);
  });
});

describe('the catalogue', () => {
  it.each(codes)('%s has one sentence, a hint, and a report that can travel', (code) => {
    const error = new AppError(code);
    expect(error.message).toMatch(/^([A-Z]|openclaw\.json).*\.$/);
    expect(error.hint).toMatch(/\.$|…$/);
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
    expect(errorReportSchema.parse(JSON.parse(JSON.stringify(error.toReport())))).toEqual(error.toReport());
  });

  it('has the exit codes that scripts rely on', () => {
    expect(exitCodes).toEqual({ failed: 1, usage: 2, refused: 3, cancelled: 130 });
    const classes: Partial<Record<ErrorCode, number>> = {
      'usage.invalid': 2,
      'instance.unknown': 2,
      'host.key-unknown': 3,
      'host.key-changed': 3,
      'host.key-revoked': 3,
      'preflight.port-busy': 3,
      'run.cancelled': 130,
      'command.failed': 1,
    };
    for (const [code, exitCode] of Object.entries(classes))
      expect(new AppError(code as ErrorCode).exitCode).toBe(exitCode);
  });
});
