// The least that Electron can be: one window with an empty page. What our app costs beyond it is ours.
const { app, BrowserWindow } = require('electron');
const { join } = require('node:path');

app.setPath('userData', process.env['BENCH_DATA_DIR']);
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1200, height: 800 });
  void window.loadFile(join(__dirname, 'bare-window.html'));
});
