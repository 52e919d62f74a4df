import type { ErrorClass } from './app-error.ts';

export interface CatalogueEntry {
  readonly class: ErrorClass;
  readonly message: string;
  readonly hint?: string;
  /** Whether doing the same again makes sense without changing anything. */
  readonly retry: boolean;
}

export const failed = (message: string, hint: string, retry = true): CatalogueEntry => ({
  class: 'failed',
  message,
  hint,
  retry,
});
export const refused = (message: string, hint: string, retry = false): CatalogueEntry => ({
  class: 'refused',
  message,
  hint,
  retry,
});
export const usage = (message: string, hint: string): CatalogueEntry => ({
  class: 'usage',
  message,
  hint,
  retry: false,
});
