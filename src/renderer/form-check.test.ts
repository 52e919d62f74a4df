import { describe, expect, it } from 'vitest';
import { beginCheck, dropTyped, mendCheck } from './form-check.ts';

interface Errors {
  readonly host?: string;
  readonly port?: string;
}

describe('a form that was checked', () => {
  const checked = beginCheck<Errors>({ host: 'It is missing.', port: 'It is no port.' });

  it('loses the errors of what is typed, and was found wrong as a whole all the same', () => {
    const mended = mendCheck(checked, (errors) => dropTyped(errors, { host: 'a' }));
    expect(mended.errors).toEqual({ port: 'It is no port.' });
    expect(mended.found).toBe(checked.found);
  });

  it('was found wrong anew when it is checked again, with the same errors as well', () => {
    expect(beginCheck({ ...checked.errors }).found).not.toBe(checked.found);
  });
});
