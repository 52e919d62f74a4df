import { describe, expect, it, vi } from 'vitest';

const press = (shiftKey: boolean) => ({
  key: shiftKey ? 'K' : 'k',
  ctrlKey: true,
  metaKey: false,
  altKey: false,
  shiftKey,
});
const field = { closest: () => null };
const terminal = { closest: (selector: string) => (selector === '.xterm' ? {} : null) };

describe('the key that opens the palette', () => {
  it('is what is said of it, in a terminal as well, where Ctrl+K is the shell’s', async () => {
    vi.stubGlobal('navigator', { platform: 'Linux x86_64' });
    const { isPaletteKey, namePaletteKey } = await import('./palette-key.ts');
    expect([field, terminal].map(namePaletteKey)).toEqual(['Ctrl K', 'Ctrl Shift K']);
    expect(namePaletteKey(null)).toBe('Ctrl K');
    expect([isPaletteKey(press(false), field), isPaletteKey(press(true), field)]).toEqual([true, false]);
    expect([isPaletteKey(press(false), terminal), isPaletteKey(press(true), terminal)]).toEqual([false, true]);
  });
});
