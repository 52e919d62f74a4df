import { AArrowDown, AArrowUp, Columns2, Pencil, Plus, Search, X } from 'lucide-react';
import { useState } from 'react';
import type { ShellId, ShellView } from '../../../shared/contract/stream.ts';
import { text } from '../../text/index.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { renameTab, type TerminalLayout, type TerminalTab } from './layout.ts';
import { RenameDialog } from './rename-dialog.tsx';
import type { TerminalCommand } from './terminal-keys.ts';
import styles from './terminal-tab.module.css';

const t = text.terminal;

interface TerminalTabsProps {
  readonly layout: TerminalLayout;
  readonly known: ReadonlyMap<ShellId, ShellView>;
  readonly canSplit: boolean;
  readonly isOpening: boolean;
  readonly onCommand: (command: TerminalCommand) => void;
  readonly onChange: (layout: TerminalLayout) => void;
  readonly onCloseTab: (tab: TerminalTab) => void;
}

export function TerminalTabs(props: TerminalTabsProps) {
  const { layout, known, canSplit, isOpening, onCommand, onChange, onCloseTab } = props;
  const [renamed, setRenamed] = useState<TerminalTab>();
  const titleOf = (tab: TerminalTab): string => tab.name ?? known.get(tab.active)?.title ?? t.newTab;

  return (
    <div className={styles['bar']}>
      <div className={styles['tabs']} role="group" aria-label={t.tabs}>
        {layout.tabs.map((tab) => (
          <span key={tab.id} className={styles['tab']} data-active={tab.id === layout.active}>
            <button
              type="button"
              aria-pressed={tab.id === layout.active}
              onClick={() => onChange({ ...layout, active: tab.id })}
              onDoubleClick={() => setRenamed(tab)}
            >
              {titleOf(tab)}
            </button>
            <IconButton
              className={styles['close']}
              label={t.closeTab(titleOf(tab))}
              icon={<X size={12} aria-hidden />}
              onClick={() => onCloseTab(tab)}
            />
          </span>
        ))}
        <IconButton
          label={t.newTab}
          icon={<Plus size={14} aria-hidden />}
          disabled={isOpening}
          onClick={() => onCommand('new-tab')}
        />
      </div>
      <div className={styles['tools']} role="group" aria-label={t.toolbar}>
        <IconButton
          label={canSplit || isOpening ? t.split : t.atMost}
          icon={<Columns2 size={14} aria-hidden />}
          disabled={!canSplit}
          onClick={() => onCommand('split')}
        />
        <IconButton
          label={t.rename}
          icon={<Pencil size={14} aria-hidden />}
          onClick={() => setRenamed(layout.tabs.find((tab) => tab.id === layout.active))}
        />
        <IconButton label={t.search} icon={<Search size={14} aria-hidden />} onClick={() => onCommand('search')} />
        <IconButton
          label={t.smaller}
          icon={<AArrowDown size={16} aria-hidden />}
          onClick={() => onCommand('smaller')}
        />
        <IconButton label={t.larger} icon={<AArrowUp size={16} aria-hidden />} onClick={() => onCommand('larger')} />
      </div>
      {renamed !== undefined && (
        <RenameDialog
          name={titleOf(renamed)}
          onClose={() => setRenamed(undefined)}
          onRename={(name) => {
            setRenamed(undefined);
            onChange(renameTab(layout, renamed.id, name));
          }}
        />
      )}
    </div>
  );
}
