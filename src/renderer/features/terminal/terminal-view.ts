import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal, type ITheme } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { hasGraphics } from './graphics.ts';
import { openLink } from './open-link.ts';
import { preparePaste, type Paste } from './paste.ts';
import { readCommand, type TerminalCommand } from './terminal-keys.ts';

/** Lines that can be scrolled back to. The door replays about as many. */
const SCROLLBACK_LINES = 10_000;
const FONT = '"JetBrains Mono Variable", ui-monospace, monospace';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

interface TerminalViewOptions {
  readonly element: HTMLElement;
  readonly theme: ITheme;
  readonly fontSize: number;
  readonly label: string;
  readonly onInput: (bytes: Uint8Array) => void;
  readonly onResize: (size: TerminalSize) => void;
  readonly onCommand: (command: TerminalCommand) => void;
  /** A paste that a shell could begin to run at once. */
  readonly onAskPaste: (paste: Paste) => void;
  readonly onMatches: (index: number, count: number) => void;
}

/** One xterm in an element, with what belongs to it. React knows nothing of it but that it is there. */
export class TerminalView {
  readonly terminal: Terminal;
  readonly search = new SearchAddon();
  readonly #fit = new FitAddon();
  readonly #observer: ResizeObserver;
  readonly #element: HTMLElement;
  readonly #paste: (event: ClipboardEvent) => void;
  #webgl: WebglAddon | undefined;

  constructor(options: TerminalViewOptions) {
    const { element } = options;
    this.#element = element;
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      fontFamily: FONT,
      fontSize: options.fontSize,
      lineHeight: 1.25,
      scrollback: SCROLLBACK_LINES,
      theme: options.theme,
      minimumContrastRatio: 4.5,
      macOptionIsMeta: true,
      // links that a program marks as such; xterm's own way asks in a box of the browser and opens an empty window
      linkHandler: { activate: (_, url) => openLink(url) },
    });
    const { terminal } = this;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(this.search);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    terminal.loadAddon(new WebLinksAddon((_, url) => openLink(url)));
    terminal.open(element);
    terminal.textarea?.setAttribute('aria-label', options.label);

    const encoder = new TextEncoder();
    terminal.onData((text) => options.onInput(encoder.encode(text)));
    // mouse reports of old programs: one byte a letter
    terminal.onBinary((text) => options.onInput(Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff)));
    terminal.onResize(({ cols, rows }) => options.onResize({ columns: cols, rows }));
    this.search.onDidChangeResults(({ resultIndex, resultCount }) => options.onMatches(resultIndex, resultCount));
    terminal.attachCustomKeyEventHandler((event) => {
      const command = readCommand(event);
      if (command === undefined) return true;
      // a paste is the browser's own: only so it may read the clipboard
      if (command === 'paste') return false;
      event.preventDefault();
      if (event.type === 'keydown') options.onCommand(command);
      return false;
    });
    this.#paste = (event) => {
      event.preventDefault();
      event.stopPropagation();
      const paste = preparePaste(event.clipboardData?.getData('text/plain') ?? '');
      if (paste.isAsked) options.onAskPaste(paste);
      else this.paste(paste);
    };
    element.addEventListener('paste', this.#paste, { capture: true });
    this.#observer = new ResizeObserver(() => this.fit());
    this.#observer.observe(element);
    this.fit();
  }

  get size(): TerminalSize {
    return { columns: this.terminal.cols, rows: this.terminal.rows };
  }

  fit(): void {
    // hidden: its size says nothing
    if (this.#element.clientWidth < 20 || this.#element.clientHeight < 20) return;
    this.#fit.fit();
  }

  paste(paste: Paste): void {
    this.terminal.paste(paste.text);
    this.terminal.focus();
  }

  setFontSize(fontSize: number): void {
    if (this.terminal.options.fontSize === fontSize) return;
    this.terminal.options.fontSize = fontSize;
    this.fit();
  }

  setTheme(theme: ITheme): void {
    this.terminal.options.theme = theme;
  }

  /** A browser has few WebGL contexts: only what is seen holds one. Without one the page's elements are drawn. */
  setShown(isShown: boolean): void {
    if (!isShown) {
      this.#webgl?.dispose();
      this.#webgl = undefined;
      return;
    }
    if (this.#webgl === undefined && hasGraphics()) this.#drawWithGraphics();
    this.fit();
  }

  #drawWithGraphics(): void {
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => {
        webgl.dispose();
        if (this.#webgl === webgl) this.#webgl = undefined;
      });
      this.terminal.loadAddon(webgl);
      this.#webgl = webgl;
    } catch {
      // it has no context left for us
      this.#webgl = undefined;
    }
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#element.removeEventListener('paste', this.#paste, { capture: true });
    this.#webgl?.dispose();
    this.terminal.dispose();
  }
}
