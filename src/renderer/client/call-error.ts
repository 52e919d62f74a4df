import { AppError, type ErrorCode, type ErrorReport } from '../../shared/app-error.ts';

/** A call that the door refused, with what a person is to know about it. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    super(report.message);
    this.report = report;
  }
}

/** Whatever was thrown, as something that can be shown. Pure. */
export function toReport(error: unknown): ErrorReport {
  if (error instanceof CallError) return error.report;
  const reason = error instanceof Error ? error.message : String(error);
  return { ...fromCatalogue('internal.bug'), details: { reason } };
}

/** What the interface itself finds out. Pure. */
export function fromCatalogue(code: ErrorCode): ErrorReport {
  return new AppError(code).toReport();
}
