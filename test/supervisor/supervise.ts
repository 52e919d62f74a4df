// `hardshell supervise` as a process of its own, with the short times of a test. Its first argument is the data folder.
import { tmpdir } from 'node:os';
import { defaultTimings, runSupervisor } from '../../src/core/supervisor/supervisor.ts';

const [dataDir = '', idleEndMs = '60000'] = process.argv.slice(2);
const controller = new AbortController();
process.once('SIGTERM', () => controller.abort());
const outcome = await runSupervisor(
  {
    dataDir,
    platform: process.platform,
    tmpDir: tmpdir(),
    env: process.env,
    log: (entry) => console.error(JSON.stringify(entry)),
    timings: { ...defaultTimings, idleEndMs: Number(idleEndMs) },
  },
  controller.signal,
);
console.error(`outcome: ${outcome}`);
