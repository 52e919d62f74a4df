// Loaded before the program when the launcher had to start another Node.js for it. Whoever kills the launcher means
// the program: without this, it would go on alone after a SIGKILL. File descriptor 3 closes when the launcher dies.
import { Socket } from 'node:net';

new Socket({ fd: 3 })
  .on('error', () => undefined)
  .on('close', () => process.kill(process.pid, 'SIGKILL'))
  .unref()
  .resume();
