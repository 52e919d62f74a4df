/*
 * What measures a terminal within the page of Hardshell, put there before the page's own scripts. Nothing of the product knows of it.
 *
 * A prompt that contains the question "device status" is answered by xterm when it has parsed everything before it: the answer
 * on its way to the server is how this hears, to the moment, that a prompt has been reached.
 */
import { readTerminalTheme } from '../../src/renderer/features/terminal/terminal-theme.ts';
import { TerminalView } from '../../src/renderer/features/terminal/terminal-view.ts';
import { asTerminalGetsIt, formatFloodBlock } from './flood-text.ts';
import { nextFrame } from './watch-frames.mjs';

const ANSWER = '\u001b[0n';

/** @type {(() => void) | undefined} */
let onPrompt;
let keyAt = 0;

const decoder = new TextDecoder();
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  if (typeof data !== 'string' && decoder.decode(data).includes(ANSWER)) onPrompt?.();
  send.call(this, data);
};
// when the browser was told of the key, not when the page had time for it
addEventListener('keydown', (event) => (keyAt = event.timeStamp), { capture: true });

/** From the last key to the frame that shows the prompt. To be asked before the key is pressed. */
function expectPrompt() {
  const seen = new Promise((resolve) => (onPrompt = resolve)).then(nextFrame).then(() => performance.now() - keyAt);
  globalThis.bench.prompt = seen;
}

/** @param {number} times how often the block is written */
async function writeStraight(times) {
  const { left, top, width, height } = document.querySelector('.xterm').parentElement.getBoundingClientRect();
  const element = document.createElement('div');
  element.style.cssText = `position:fixed;left:${left}px;top:${top}px;width:${width}px;height:${height}px;z-index:9`;
  document.body.append(element);
  const ignore = () => undefined;
  const view = new TerminalView({
    element,
    theme: readTerminalTheme('light'),
    fontSize: parseFloat(getComputedStyle(document.querySelector('.xterm')).fontSize) || 13,
    label: 'straight',
    onInput: ignore,
    onResize: ignore,
    onCommand: ignore,
    onAskPaste: ignore,
    onMatches: ignore,
  });
  view.setShown(true);
  const block = new TextEncoder().encode(asTerminalGetsIt(formatFloodBlock()));
  await nextFrame();
  const startedAt = performance.now();
  for (let count = 1; count < times; count += 1) view.terminal.write(block);
  await new Promise((resolve) => view.terminal.write(block, resolve));
  await nextFrame();
  const ms = performance.now() - startedAt;
  const { size } = view;
  view.dispose();
  element.remove();
  return { ms, size };
}

Object.assign(globalThis.bench, { expectPrompt, writeStraight });
