/** What a browser shows instead of the interface. It holds nothing that came with the request. Pure. */
function formatPlainPage(title: string, text: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${head}<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 34em; margin: 18vh auto; padding: 0 24px }
h1 { font-size: 20px }
code { font-size: 13px }
</style>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
}

export const signedOutPage = formatPlainPage(
  'This address is used up',
  'An address of Hardshell lets one browser in, once. For a new one end <code>hardshell serve</code> with Ctrl-C and start it again; what runs goes on. A browser that is in already <a href="/">goes on here</a>.',
);

/**
 * Goes on by itself. A browser that was sent here by another site's page sends no SameSite=Strict cookie along while it is
 * redirected; where this page sends it, it does.
 */
export const cameInPage = formatPlainPage(
  'Hardshell opens',
  'It does not? <a href="/">Go on here</a>.',
  '<meta http-equiv="refresh" content="0;url=/">\n',
);

export const notHerePage = formatPlainPage('There is nothing here', 'Hardshell is at the beginning of this address.');

export const dashboardGonePage = formatPlainPage(
  'This address is used up',
  'It led to the dashboard once. Open the dashboard again in Hardshell.',
);
