import { useCallback, useEffect, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ShellId, ShellView } from '../../../shared/contract/stream.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { useAction, type Action } from '../../use-action.ts';
import { emptyLayout, layoutSchema, reconcileLayout, type TerminalLayout } from './layout.ts';

/** What a shell begins with; its pane tells the real size as soon as it has one. */
const FIRST_SIZE = { columns: 80, rows: 24 } as const;

interface Shells {
  /** Undefined: not asked yet. */
  readonly layout: TerminalLayout | undefined;
  readonly known: ReadonlyMap<ShellId, ShellView>;
  readonly opening: Action;
  readonly change: (layout: TerminalLayout) => void;
  /** Opens one and puts it where `place` says. */
  readonly open: (place: (layout: TerminalLayout, shell: ShellId) => TerminalLayout) => void;
  readonly close: (shell: ShellId) => void;
}

const keyOf = (instanceId: string): string => `hardshell.terminals.${instanceId}`;

function readLayout(instanceId: string): TerminalLayout {
  try {
    return layoutSchema.parse(JSON.parse(sessionStorage.getItem(keyOf(instanceId)) ?? ''));
  } catch {
    // nothing was kept, or something else
    return emptyLayout;
  }
}

/** The shells of an instance and how they lie; the same after a reload. */
export function useShells({ id: instanceId }: InstanceView): Shells {
  const client = useClient();
  const isConnected = useStore(({ connection }) => connection === 'connected');
  const opening = useAction();
  const [layout, setLayout] = useState<TerminalLayout>();
  const [known, setKnown] = useState<ReadonlyMap<ShellId, ShellView>>(new Map());
  const { run } = opening;

  useEffect(() => {
    if (layout !== undefined) sessionStorage.setItem(keyOf(instanceId), JSON.stringify(layout));
  }, [instanceId, layout]);

  const remember = useCallback((shells: readonly ShellView[]) => {
    // those that have ended keep their title for as long as their pane is there
    setKnown((before) => new Map([...before, ...shells.map((shell) => [shell.shellId, shell] as const)]));
  }, []);

  const open = useCallback(
    (place: (layout: TerminalLayout, shell: ShellId) => TerminalLayout) =>
      void run(async () => {
        const shell = await client.call('shell.open', { instanceId, ...FIRST_SIZE });
        remember([shell]);
        // the list may have told of it first
        setLayout((now = emptyLayout) =>
          now.tabs.some((tab) => tab.panes.includes(shell.shellId)) ? now : place(now, shell.shellId),
        );
      }),
    [client, instanceId, remember, run],
  );

  useEffect(() => {
    if (!isConnected) return undefined;
    let isOver = false;
    const read = (isFirst: boolean): void =>
      void client.call('shell.list', { instanceId }).then(
        (shells) => {
          if (isOver) return;
          remember(shells);
          const ids = shells.map(({ shellId }) => shellId);
          if (isFirst) setLayout((now) => reconcileLayout(now ?? readLayout(instanceId), ids));
        },
        () => {
          // asked again with the next connection
        },
      );
    read(true);
    const stop = client.on('shell.listChanged', () => read(false));
    return () => {
      isOver = true;
      stop();
    };
  }, [client, instanceId, isConnected, remember]);

  const close = useCallback(
    (shell: ShellId) => {
      // it may have ended already
      client.call('shell.close', { shellId: shell }).catch(() => undefined);
    },
    [client],
  );

  return { layout, known, opening, change: setLayout, open, close };
}
