import { once } from 'node:events';
import { AppError, toAppError } from '../../shared/app-error.ts';
import { raceAbort } from '../host/abort.ts';
import { queryScript } from '../host/command.ts';
import type { Host } from '../host/host.ts';
import type { EngineOptions } from './container-engine.ts';

/*
 * A second door to the engine's socket, which only the account that sudo was asked by may open, there for as long as this
 * script's input is open: whatever breaks, it goes. By programs that come with systemd. $1 the engine's socket
 */
const RELAY = `set -eu
[ -S "$1" ] && [ -n "\${SUDO_UID:-}" ] || exit 3
for proxy in /usr/lib/systemd/systemd-socket-proxyd /lib/systemd/systemd-socket-proxyd; do [ ! -x "$proxy" ] || break; done
[ -x "$proxy" ] && command -v systemd-socket-activate >/dev/null || exit 3
folder=$(mktemp -d /run/hardshell-engine.XXXXXXXX); relay=
trap '[ -z "$relay" ] || kill "$relay" 2>/dev/null || :; rm -rf "$folder"' EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 141' PIPE; trap 'exit 143' TERM
umask 177
systemd-socket-activate -l "$folder/docker.sock" "$proxy" --connections-max=1024 "$1" </dev/null >/dev/null 2>&1 &
relay=$!
for try in 1 2 3 4 5 6 7 8 9 10; do [ ! -S "$folder/docker.sock" ] || break; sleep 0.1; done
chown "$SUDO_UID" "$folder/docker.sock"
chmod 711 "$folder"
printf '%s\\n' "$folder/docker.sock"
cat >/dev/null`;

/** A socket file of a machine that leads to its engine and that this login may open. Disposing takes it away. */
export interface SocketRelay extends AsyncDisposable {
  readonly path: string;
  /** Aborted when it has ended by itself. */
  readonly ended: AbortSignal;
}

/**
 * For an account that may become root and is not in the engine's group: one process for all connections, where a program for
 * each would use up the few sessions that a server gives to one login.
 * @returns undefined: this machine cannot, or the account is no other than root
 */
export async function openSocketRelay(
  host: Host,
  socket: string,
  options: EngineOptions = {},
): Promise<SocketRelay | undefined> {
  const relay = await host.spawn(queryScript(RELAY, [socket], { runAs: 'root' }));
  const ended = new AbortController();
  relay.stdin.on('error', () => undefined);
  relay.stderr.resume();
  const exit = relay.exit.then(
    () => ended.abort(new AppError('engine.unreachable')),
    (error: unknown) => ended.abort(toAppError(error)),
  );
  const close = async (): Promise<void> => {
    relay.stdin.end();
    await raceAbort(exit, [host.closed]).catch(() => undefined);
  };
  const said = once(relay.stdout, 'data') as Promise<[Buffer]>;
  try {
    // A path is shorter than what arrives in one piece.
    const answer = await raceAbort(Promise.race([said, exit]), [options.signal, host.closed]);
    const path = Array.isArray(answer) ? answer[0].toString().trim() : '';
    if (path.startsWith('/')) return { path, ended: ended.signal, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return undefined;
}
