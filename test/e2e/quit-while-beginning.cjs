// Loaded before the program: ends it in the moment in which it has a tray, while it still reads what it shows there. What reads
// from a server then may fail in Node.js itself, where nobody catches it.
const { app, Tray } = require('electron');

const { setContextMenu } = Tray.prototype;
Tray.prototype.setContextMenu = function (...words) {
  Tray.prototype.setContextMenu = setContextMenu;
  setImmediate(() => app.quit());
  return setContextMenu.apply(this, words);
};

app.once('before-quit', () =>
  setImmediate(() => {
    throw new RangeError('Of a connection that was cut off.');
  }),
);
