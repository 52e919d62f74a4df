import { useEffect, useState } from 'react';
import { useStore } from './store.ts';

/** Changes when the colours of the page do: what is drawn on a canvas has to be drawn again. */
export function useShownTheme(): 'light' | 'dark' {
  const theme = useStore((state) => state.theme);
  const [isDark, setIsDark] = useState(() => darkQuery().matches);
  useEffect(() => {
    const query = darkQuery();
    const changed = (): void => setIsDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return theme === 'system' ? (isDark ? 'dark' : 'light') : theme;
}

function darkQuery(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}

/** The value of a colour role now: a canvas knows neither custom properties nor `light-dark()`, an element does. */
export function readColour(role: string): string {
  const asked = document.createElement('span');
  asked.hidden = true;
  asked.style.color = `var(${role})`;
  document.body.append(asked);
  const { color } = getComputedStyle(asked);
  asked.remove();
  return color;
}
