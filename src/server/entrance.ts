import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '../shared/secret.ts';

const TOKEN_BYTES = 32;
/** Cookies know hosts and no ports: two doors of one computer would take each other's away. */
const cookieName = (port: number): string => `hardshell-${port}`;
/** A door that runs for months keeps no more browsers than a person has. */
const MAX_SESSIONS = 16;

/** Who may come in: whoever has the one-time address, once; then whoever has the cookie that it was changed for. */
export interface Entrance {
  /** The last part of the one-time address. */
  readonly token: Secret;
  /** The cookie's value for the first one who comes with the token; undefined for everybody after. */
  enter(token: string): Secret | undefined;
  /** @param cookies the header as the browser sent it */
  knows(cookies: string | undefined): boolean;
}

/** @param port of the door, asked when it listens */
export function createEntrance(port: () => number): Entrance {
  const token = createToken();
  const sessions: Secret[] = [];
  let isOpen = true;
  return {
    token,
    enter(given) {
      if (!isOpen || !isSame(given, token)) return undefined;
      isOpen = false;
      const session = createToken();
      sessions.push(session);
      sessions.splice(0, sessions.length - MAX_SESSIONS);
      return session;
    },
    knows: (cookies) => readCookie(cookies, port()).some((given) => sessions.some((session) => isSame(given, session))),
  };
}

export function createToken(): Secret {
  return new Secret(randomBytes(TOKEN_BYTES).toString('base64url'));
}

/** For this host alone, not for scripts, never sent along from another site. It ends with the browser. Pure. */
export function formatCookie(session: Secret, port: number): string {
  return `${cookieName(port)}=${session.reveal()}; Path=/; HttpOnly; SameSite=Strict`;
}

/** Every value under our name: a browser may send more than one. Pure. */
function readCookie(header: string | undefined, port: number): string[] {
  return (header ?? '').split(';').flatMap((part) => {
    const [name = '', ...value] = part.split('=');
    return name.trim() === cookieName(port) ? [value.join('=').trim()] : [];
  });
}

/** Takes as long for the wrong one as for the right one, whatever its length. */
function isSame(given: string, expected: Secret): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected.reveal()));
}
