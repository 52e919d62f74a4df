import { SquareTerminal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ShellId } from '../../../shared/contract/stream.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { activeTab, addTab, closePane, MOST_PANES, replacePane, selectPane, splitTab } from './layout.ts';
import { readFontSize, stepFontSize } from './font-size.ts';
import type { TerminalCommand } from './terminal-keys.ts';
import { TerminalPane } from './terminal-pane.tsx';
import styles from './terminal-tab.module.css';
import { TerminalTabs } from './terminal-tabs.tsx';
import { useShells } from './use-shells.ts';

const t = text.terminal;

export function TerminalTab({ instance }: { readonly instance: InstanceView }) {
  const shells = useShells(instance);
  const { layout, known, opening } = shells;
  const [fontSize, setFontSize] = useState(readFontSize);
  const [isSearching, setIsSearching] = useState(false);
  const hasBegun = useRef(false);

  // who comes here wants a terminal
  useEffect(() => {
    if (layout === undefined || hasBegun.current) return;
    hasBegun.current = true;
    if (layout.tabs.length === 0) shells.open(addTab);
  }, [layout, shells]);

  const tab = layout === undefined ? undefined : activeTab(layout);
  const canSplit = tab !== undefined && tab.panes.length < MOST_PANES;
  const close = (shell: ShellId): void => {
    shells.close(shell);
    if (layout !== undefined) shells.change(closePane(layout, shell));
  };
  const command = (asked: TerminalCommand): void => {
    switch (asked) {
      case 'new-tab':
        shells.open(addTab);
        break;
      case 'split':
        if (canSplit) shells.open(splitTab);
        break;
      case 'search':
        setIsSearching(true);
        break;
      case 'larger':
      case 'smaller':
      case 'actual-size':
        setFontSize((size) => stepFontSize(size, asked));
        break;
      case 'copy':
      case 'paste':
        // done where the text is
        break;
    }
  };

  return (
    <div className={styles['terminal']}>
      {layout !== undefined && layout.tabs.length > 0 && (
        <TerminalTabs
          layout={layout}
          known={known}
          canSplit={canSplit && !opening.busy}
          isOpening={opening.busy}
          onCommand={command}
          onChange={shells.change}
          onCloseTab={(closed) => {
            closed.panes.forEach((shell) => shells.close(shell));
            shells.change(closed.panes.reduce(closePane, layout));
          }}
        />
      )}
      {opening.error !== undefined && (
        <div className={styles['error']}>
          <ErrorPanel error={opening.error} onRetry={() => shells.open(addTab)} />
        </div>
      )}
      {layout?.tabs.map((one) => (
        <div key={one.id} className={styles['panes']} hidden={one.id !== layout.active}>
          {one.panes.map((id) => {
            const shell = known.get(id);
            if (shell === undefined) return null;
            return (
              <TerminalPane
                key={id}
                shell={shell}
                title={one.name ?? shell.title}
                fontSize={fontSize}
                isShown={one.id === layout.active}
                isActive={one.id === layout.active && one.active === id}
                isSearching={isSearching}
                onCommand={command}
                onCloseSearch={() => setIsSearching(false)}
                onFocus={() => {
                  if (one.active !== id) shells.change(selectPane(layout, id));
                }}
                onReplace={() => shells.open((now, added) => replacePane(now, id, added))}
                onClose={() => close(id)}
              />
            );
          })}
        </div>
      ))}
      {(layout === undefined || layout.tabs.length === 0) && opening.error === undefined && (
        <Empty
          icon={<SquareTerminal size={18} aria-hidden />}
          title={opening.busy || layout === undefined ? t.opening : t.none}
          action={
            layout !== undefined && (
              <Button variant="primary" busy={opening.busy} onClick={() => shells.open(addTab)}>
                {t.newTab}
              </Button>
            )
          }
        >
          {t.noneHint}
        </Empty>
      )}
    </div>
  );
}
