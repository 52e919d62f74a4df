import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { ShellView } from '../../../shared/contract/stream.ts';
import { toReport, type Stream } from '../../client.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import type { TerminalSize, TerminalView } from './terminal-view.ts';

/** Bytes typed before the shell is there: a line or two. What is held down meanwhile is not meant for it. */
const TYPED_AHEAD_MAX = 4096;
/** Sizes that change while a window is dragged are told when they rest. */
const RESIZE_REST_MS = 60;

type ShellStream =
  | { readonly is: 'attaching' }
  | { readonly is: 'attached' }
  /** The connection to the door: it comes back. */
  | { readonly is: 'lost' }
  | { readonly is: 'elsewhere' }
  | { readonly is: 'ended'; readonly error?: ErrorReport };

interface ShellWire {
  readonly state: ShellStream;
  readonly write: (bytes: Uint8Array) => void;
  readonly resize: (size: TerminalSize) => void;
  readonly attachAgain: () => void;
}

/** The way from a shell to its view, both ways; found again after the connection was lost. */
export function useShellStream(
  shell: ShellView,
  view: RefObject<TerminalView | undefined>,
  isReady: boolean,
): ShellWire {
  const client = useClient();
  const isConnected = useStore(({ connection }) => connection === 'connected');
  const [state, setState] = useState<ShellStream>({ is: 'attaching' });
  const [attempt, setAttempt] = useState(0);
  const stream = useRef<Stream>(undefined);
  /** While the shell is on its way; a connection that is lost takes no words for later. */
  const typedAhead = useRef<Uint8Array[]>(undefined);
  const resizing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { shellId, instanceId } = shell;

  useEffect(() => {
    const shown = view.current;
    if (!isConnected || !isReady || shown === undefined) return undefined;
    let isOver = false;
    let opened: Stream | undefined;
    typedAhead.current = [];

    const onEnd = async (error: ErrorReport | undefined): Promise<void> => {
      stream.current = undefined;
      if (error?.code === 'door.connection-lost') {
        setState({ is: 'lost' });
        return;
      }
      // a shell that goes on was attached by another window; where nobody can say, it counts as ended
      const others = error === undefined ? await client.call('shell.list', { instanceId }).catch(() => []) : [];
      // attached again, or taken away, while that was asked
      if (isOver) return;
      const isAlive = others.some((other) => other.shellId === shellId);
      setState(isAlive ? { is: 'elsewhere' } : { is: 'ended', ...(error === undefined ? {} : { error }) });
    };

    const attach = async (): Promise<void> => {
      const size = shown.size;
      const { streamId } = await client.call('shell.attach', { shellId, ...size });
      opened = client.openStream(streamId);
      // the pane was taken away meanwhile
      if (isOver) {
        opened.close();
        return;
      }
      // what was kept comes again, whole
      shown.terminal.reset();
      stream.current = opened;
      setState({ is: 'attached' });
      opened.onData((bytes, taken) => shown.terminal.write(bytes, taken));
      opened.onEnd((error) => void onEnd(error));
      for (const bytes of typedAhead.current ?? []) opened.write(bytes);
      typedAhead.current = undefined;
      if (shown.size.columns !== size.columns || shown.size.rows !== size.rows) {
        await client.call('shell.resize', { shellId, ...shown.size });
      }
    };
    attach().catch((error: unknown) => {
      if (!isOver) typedAhead.current = undefined;
      if (!isOver && opened === undefined) setState({ is: 'ended', error: toReport(error) });
    });

    return () => {
      isOver = true;
      stream.current = undefined;
      typedAhead.current = undefined;
      opened?.close();
    };
  }, [client, isConnected, isReady, attempt, shellId, instanceId, view]);

  useEffect(() => () => clearTimeout(resizing.current), []);

  const write = useCallback((bytes: Uint8Array) => {
    const ahead = typedAhead.current;
    if (stream.current !== undefined) stream.current.write(bytes);
    else if (ahead !== undefined && countBytes(ahead) + bytes.length <= TYPED_AHEAD_MAX) ahead.push(bytes);
  }, []);
  const resize = useCallback(
    (size: TerminalSize) => {
      clearTimeout(resizing.current);
      resizing.current = setTimeout(() => {
        // a shell that has ended has no size
        if (stream.current !== undefined) client.call('shell.resize', { shellId, ...size }).catch(() => undefined);
      }, RESIZE_REST_MS);
    },
    [client, shellId],
  );
  const attachAgain = useCallback(() => {
    setState({ is: 'attaching' });
    setAttempt((number) => number + 1);
  }, []);

  return { state, write, resize, attachAgain };
}

function countBytes(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}
