// Required by Electron before a build of the checkout (`electron -r scripts/electron-early.cjs out/build-…/main.js`). A packed
// app is loaded before Electron is ready; a launcher that is handed a path may be later than that, and then it is too late for
// the one thing that src/main/app-scheme.ts has to do first.
const { app, protocol } = require('electron');

protocol.registerSchemesAsPrivileged([
  { scheme: 'hardshell', privileges: { standard: true, secure: true, codeCache: true } },
]);
app.commandLine.appendSwitch('hardshell-scheme');
