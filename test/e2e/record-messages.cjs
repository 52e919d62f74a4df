// Required by Electron before the program (`electron -r …`): writes down everything that the main process says to pages, one line
// a message, into the file that HARDSHELL_TEST_MESSAGES names. A file, so that it outlives a program that is killed. Wrapped is
// what Electron gives to main for this, whichever the program uses: it knows nothing of being listened to.
const { appendFileSync } = require('node:fs');
const { app, ipcMain, MessageChannelMain } = require('electron');

const file = process.env.HARDSHELL_TEST_MESSAGES;
delete process.env.HARDSHELL_TEST_MESSAGES;

function write(way, said) {
  // every byte is a character: nothing is lost in what is not text
  const line = JSON.stringify({ way, said }, (_key, value) =>
    value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('latin1') } : value,
  );
  appendFileSync(file, `${line}\n`);
}

function wrap(owner, name, way) {
  const original = owner[name];
  owner[name] = function recorded(...said) {
    write(way, said);
    return original.apply(this, said);
  };
}

const { port1 } = new MessageChannelMain();
wrap(Object.getPrototypeOf(port1), 'postMessage', 'port');
port1.close();

const handle = ipcMain.handle;
ipcMain.handle = function recorded(channel, listener) {
  return handle.call(this, channel, async (...asked) => {
    const answer = await listener(...asked);
    write('reply', [channel, answer]);
    return answer;
  });
};

let isWrapped = false;
app.on('web-contents-created', (_event, contents) => {
  if (isWrapped) return;
  isWrapped = true;
  // The methods of web contents are the frames' own with another name.
  const frames = Object.getPrototypeOf(contents.mainFrame);
  wrap(frames, 'send', 'send');
  wrap(frames, 'postMessage', 'post');
});
