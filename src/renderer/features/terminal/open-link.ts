/** A link that a program printed: a tab of the browser; the desktop's window hands it to the browser. Only https: who knows what else would start. */
export function openLink(url: string, page: Pick<Window, 'open'> = window): void {
  if (url.startsWith('https://')) page.open(url, '_blank', 'noopener,noreferrer');
}
