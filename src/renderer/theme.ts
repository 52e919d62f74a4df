import type { Theme } from '../shared/contract/app.ts';
import { themeSchema } from '../shared/contract/app.ts';

const KEY = 'hardshell.theme';

export function readTheme(): Theme {
  const parsed = themeSchema.safeParse(localStorage.getItem(KEY));
  return parsed.success ? parsed.data : 'system';
}

/** On the page, and for the next start. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
