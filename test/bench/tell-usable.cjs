// Required by Electron before the program that is timed: says on standard output when its first window can be used. It is the
// same on both sides of a comparison, and cheaper than driving the program from outside.
const { app } = require('electron');

/** An expression for the page. */
const isUsable = process.env['BENCH_USABLE'] ?? 'true';
const waiting = `new Promise((resolve) => {
  const look = () => requestAnimationFrame(() => ((${isUsable}) ? resolve() : look()));
  look();
})`;

app.once('browser-window-created', (_event, window) => {
  const shown = new Promise((resolve) => {
    if (window.isVisible()) resolve(undefined);
    else window.once('show', resolve);
  });
  window.webContents.once('dom-ready', async () => {
    await window.webContents.executeJavaScript(waiting);
    await shown;
    process.stdout.write(`usable at ${Date.now()}\n`);
  });
});
