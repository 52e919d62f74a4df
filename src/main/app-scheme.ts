import { readFile } from 'node:fs/promises';
import { app, protocol, type Session } from 'electron';
import { calmPage } from './calm-page.ts';
import { contentTypeOf, fileOf } from './app-files.ts';

/*
 * Pages of ours come from a scheme of ours: unlike file://, it has an origin, and it leads to one folder only.
 */

const SCHEME = 'hardshell';
export const APP_ORIGIN = `${SCHEME}://app`;
/** Another origin than the app's: it is shown where the dashboards of instances are. */
export const CALM_PAGE = `${SCHEME}://calm/`;

const APP_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const CALM_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** To be called before the app is ready; later ones have no effect. */
export function registerAppScheme(): void {
  // scripts/electron-early.cjs was there first
  if (app.commandLine.hasSwitch('hardshell-scheme')) return;
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/**
 * Serves the built interface, to the window's own session alone. @param folder absolute
 * @param onScript told when the page has been given its program: from then on it works without this process for a while
 */
export function serveApp(session: Session, folder: string, onScript: () => void): void {
  session.protocol.handle(SCHEME, async (request) => {
    const file = request.method === 'GET' ? fileOf(folder, request.url, `${APP_ORIGIN}/`) : undefined;
    if (file === undefined) return new Response(null, { status: 404 });
    try {
      const content = await readFile(file);
      if (file.endsWith('.js')) setImmediate(onScript);
      return respond(content, contentTypeOf(file), APP_POLICY);
    } catch {
      // a file that is not there, or a folder
      return new Response(null, { status: 404 });
    }
  });
}

/** The one page of ours that the session of a dashboard can show. */
export function serveCalmPage(session: Session): void {
  if (session.protocol.isProtocolHandled(SCHEME)) return;
  session.protocol.handle(SCHEME, (request) =>
    request.url === CALM_PAGE
      ? respond(calmPage, 'text/html; charset=utf-8', CALM_POLICY)
      : new Response(null, { status: 404 }),
  );
}

function respond(body: Buffer | string, contentType: string, policy: string): Response {
  return new Response(typeof body === 'string' ? body : new Uint8Array(body), {
    headers: {
      'content-type': contentType,
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  });
}
