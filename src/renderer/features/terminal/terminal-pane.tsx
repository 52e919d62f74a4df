import { useCallback, useEffect, useRef, useState } from 'react';
import type { ShellView } from '../../../shared/contract/stream.ts';
import { copyText } from '../../clipboard.ts';
import { hintHere } from '../../text/error-text.ts';
import { text } from '../../text/index.ts';
import { useShownTheme } from '../../theme-colours.ts';
import { Button } from '../../ui/button.tsx';
import { onceNoDialog } from '../../ui/dialog-open.ts';
import { FindBar } from '../../ui/find-bar.tsx';
import { PasteDialog } from './paste-dialog.tsx';
import type { Paste } from './paste.ts';
import type { TerminalCommand } from './terminal-keys.ts';
import styles from './terminal-pane.module.css';
import { readTerminalTheme, searchColours } from './terminal-theme.ts';
import { TerminalView } from './terminal-view.ts';
import { useShellStream } from './use-shell-stream.ts';

const t = text.terminal;

interface TerminalPaneProps {
  readonly shell: ShellView;
  readonly title: string;
  readonly fontSize: number;
  /** In the tab that is seen. */
  readonly isShown: boolean;
  /** The one that keys go to. */
  readonly isActive: boolean;
  readonly isSearching: boolean;
  readonly onCommand: (command: TerminalCommand) => void;
  readonly onCloseSearch: () => void;
  readonly onFocus: () => void;
  readonly onReplace: () => void;
  readonly onClose: () => void;
}

export function TerminalPane(props: TerminalPaneProps) {
  const { shell, title, fontSize, isShown, isActive, isSearching, onCommand, onCloseSearch, onFocus } = props;
  const theme = useShownTheme();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<TerminalView>(undefined);
  const [isReady, setIsReady] = useState(false);
  const [paste, setPaste] = useState<Paste>();
  const [words, setWords] = useState('');
  const [matches, setMatches] = useState<{ readonly index: number; readonly count: number }>();
  const { state, write, resize, attachAgain } = useShellStream(shell, view, isReady);

  const handle = (command: TerminalCommand): void => {
    const selection = view.current?.terminal.getSelection() ?? '';
    if (command !== 'copy') onCommand(command);
    else if (selection !== '') void copyText(selection);
  };
  // the view lives longer than one rendering: it calls what is current
  const current = useRef({ handle, write, resize });
  useEffect(() => {
    current.current = { handle, write, resize };
  });

  const shownTheme = useRef(theme);
  const firstFontSize = useRef(fontSize);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let made: TerminalView | undefined;
    let isOver = false;
    // measured with the wrong font it would be the wrong size
    void document.fonts.load(`${firstFontSize.current}px "JetBrains Mono Variable"`).then(() => {
      if (isOver) return;
      made = new TerminalView({
        element,
        theme: readTerminalTheme(shownTheme.current),
        fontSize: firstFontSize.current,
        label: t.label(title),
        onInput: (bytes) => current.current.write(bytes),
        onResize: (size) => current.current.resize(size),
        onCommand: (command) => current.current.handle(command),
        onAskPaste: setPaste,
        onMatches: (index, count) => setMatches({ index, count }),
      });
      view.current = made;
      setIsReady(true);
    });
    return () => {
      isOver = true;
      made?.dispose();
      view.current = undefined;
      setIsReady(false);
    };
    // the title is a label for screen readers: a new one needs no new terminal
  }, []);

  useEffect(() => {
    shownTheme.current = theme;
    view.current?.setTheme(readTerminalTheme(theme));
  }, [theme]);
  useEffect(() => view.current?.setFontSize(fontSize), [fontSize, isReady]);
  useEffect(() => view.current?.setShown(isShown), [isShown, isReady]);
  useEffect(() => {
    if (!isReady || !isShown || !isActive || isSearching) return undefined;
    // One that is ready late shall not take the keys from the palette that was opened meanwhile.
    return onceNoDialog(() => view.current?.terminal.focus());
  }, [isReady, isShown, isActive, isSearching]);

  const find = useCallback(
    (direction: 'next' | 'previous', wanted: string, incremental = false) => {
      const search = view.current?.search;
      const options = { decorations: searchColours(theme), incremental };
      if (direction === 'next') search?.findNext(wanted, options);
      else search?.findPrevious(wanted, options);
    },
    [theme],
  );
  const closeSearch = (): void => {
    view.current?.search.clearDecorations();
    setMatches(undefined);
    setWords('');
    onCloseSearch();
  };

  return (
    <div
      className={styles['pane']}
      data-active={isActive}
      role="group"
      aria-label={t.label(title)}
      onFocusCapture={onFocus}
    >
      {isSearching && isActive && (
        <div className={styles['search']}>
          <FindBar
            label={t.searchPlaceholder}
            words={words}
            onWords={(wanted) => {
              setWords(wanted);
              if (wanted === '') view.current?.search.clearDecorations();
              else find('previous', wanted, true);
            }}
            result={
              matches === undefined || matches.count === 0 ? t.noMatch : t.matches(matches.index + 1, matches.count)
            }
            onNext={() => find('next', words)}
            onPrevious={() => find('previous', words)}
            nextLabel={t.next}
            previousLabel={t.previous}
            onClose={closeSearch}
            closeLabel={t.closeSearch}
          />
        </div>
      )}
      <div ref={place} className={styles['screen']} />
      {state.is !== 'attached' && state.is !== 'attaching' && (
        <div className={styles['state']} role="status">
          {state.is === 'lost' && <p>{t.reconnecting}</p>}
          {state.is === 'elsewhere' && (
            <>
              <p>{t.elsewhere}</p>
              <Button size="small" onClick={attachAgain}>
                {t.useHere}
              </Button>
            </>
          )}
          {state.is === 'ended' && (
            <>
              <p>
                {t.ended} {state.error?.message} {state.error !== undefined && hintHere(state.error)}
              </p>
              <Button size="small" variant="primary" onClick={props.onReplace}>
                {t.newHere}
              </Button>
              <Button size="small" onClick={props.onClose}>
                {text.common.close}
              </Button>
            </>
          )}
        </div>
      )}
      {paste !== undefined && (
        <PasteDialog
          paste={paste}
          onClose={() => setPaste(undefined)}
          onPaste={() => {
            setPaste(undefined);
            view.current?.paste(paste);
          }}
        />
      )}
    </div>
  );
}
