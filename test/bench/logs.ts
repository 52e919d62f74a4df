import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { launchBrowser } from '../lab/launch-browser.ts';
import { bringUpLab } from '../lab/run.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { bundleForPage, openDoor } from './browser.ts';
import { sshArguments } from './command-line.ts';
import { INVENTED_ID, INVENTED_NAME, prepareHome, writeInstance, writeUnit } from './gateway-less.ts';
import { alternate, compare, formatMs, timeMs, type Figure, type Measured } from './measure.ts';
import type { MainThread } from './terminal.ts';

/*
 * A log that is followed while a service floods it, from the journal of a server to the line here: `hardshell logs --follow` against
 * `journalctl --follow` over the system's own ssh. Both wait for the same journald. Then the page with the same flood.
 */

const LINES = 40_000;
/**
 * What the service says: numbered lines as a gateway writes them, or none, and last what it was told to say. One process: journald
 * asks of what unit each is that speaks, and knows of one that is gone only what it has asked before.
 */
const FLOOD = `#!/bin/sh
exec awk -v words="$(cat /home/openclaw/words)" -v hello="$1" 'BEGIN {
  line = "of a service that has much to say about what it does"
  if (words != hello) for (i = 1; i <= ${String(LINES)}; i++) print "2026-11-21T06:30:00.000Z [gateway] info line " i " " line
  print words
  fflush()
  system("sleep 1")
}'
`;
/** The service says no more than this when it is told to say it. */
const HELLO = 'hello';
const SHOWN_MS = 120_000;
const READ_BY_HAND = 'journalctl --follow --lines 0 _SYSTEMD_USER_UNIT=openclaw-gateway.service';
const launcher = fileURLToPath(new URL('../../bin/hardshell', import.meta.url));

export async function measureLogs(rounds: number): Promise<Measured> {
  const lab = await bringUpLab();
  if (lab.is === 'missing') return { skipped: lab.because };
  await using dir = await tempDataDir();
  await using server = await startServer({ users: [{ name: 'openclaw' }] });
  await server.sh('cat >/usr/local/bin/flood && chmod 755 /usr/local/bin/flood', { stdin: FLOOD });
  await server.sh(`
    mkdir -p /etc/systemd/journald.conf.d
    printf '[Journal]\\nRateLimitIntervalSec=0\\n' >/etc/systemd/journald.conf.d/flood.conf
    systemctl restart systemd-journald
    ${writeUnit(`/usr/local/bin/flood ${HELLO}`)}`);
  const home = join(dir.path, 'home');
  const dataDir = join(dir.path, 'data');
  await prepareHome(home, server);
  await writeInstance(dataDir, server);
  const env = { HOME: home, HARDSHELL_DATA_DIR: dataDir, SSH_AUTH_SOCK: '' };
  const ours = ['logs', INVENTED_NAME, '--follow', '--lines', '0', '--source', 'gateway'];
  const followed = await alternate(
    `logs: ${String(LINES)} lines followed, against journalctl over ssh`,
    rounds,
    () => follow(server, spawn(process.execPath, [launcher, ...ours], { env: { ...process.env, ...env } })),
    () => follow(server, spawn('ssh', sshArguments(server, READ_BY_HAND))),
  );
  const best = Math.min(...followed.ours);
  await using door = await openDoor(env);
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    await context.addInitScript(await bundleForPage('watch-frames.mjs'));
    const page = await context.newPage();
    await page.goto(door.url);
    await page.goto(new URL(`#/instance/${INVENTED_ID}/logs`, page.url()).href);
    const figures = [compare(followed), rateOf('logs: lines a second on the command line', best)];
    return { figures: [...figures, ...(await measurePage(page, server))] };
  } finally {
    await browser.close();
  }
}

const rateOf = (title: string, ms: number): Figure => ({
  title,
  value: Math.round(LINES / (ms / 1000)),
  unit: '/s',
  note: `${String(LINES)} lines in ${formatMs(ms)}`,
});

/** How long from the start of the flood to its last line here. Ends who follows. */
async function follow(server: LabServer, follower: ChildProcess): Promise<number> {
  if (follower.stdout === null) throw new Error('It has no output.');
  const ended = once(follower, 'exit');
  const lines = createInterface({ input: follower.stdout });
  const heard = (words: string): Promise<void> =>
    new Promise((resolve, reject) => {
      lines.on('line', (line) => line.endsWith(words) && resolve());
      lines.once('close', () => reject(new Error(`It ended before it said: ${words}`)));
    });
  try {
    await isFollowing(server, heard(HELLO));
    const words = nameFlood();
    const last = heard(words);
    return await timeMs(async () => Promise.all([say(server, words), last]));
  } finally {
    follower.kill('SIGINT');
    await ended;
  }
}

/** It follows from some moment on that nobody tells of: a word is said until it comes. */
async function isFollowing(server: LabServer, heard: Promise<void>): Promise<void> {
  const waiting = new AbortController();
  const over = heard.finally(() => waiting.abort());
  while (!waiting.signal.aborted) {
    await say(server, HELLO);
    await sleep(300);
  }
  await over;
  await sleep(1_000);
}

let floods = 0;
const nameFlood = (): string => `flood ${String((floods += 1))} has ended`;

/** Answers when the service has begun. */
async function say(server: LabServer, words: string): Promise<void> {
  await server.sh(`echo ${words} >/home/openclaw/words
    runuser -u openclaw -- env XDG_RUNTIME_DIR=/run/user/$(id -u openclaw) systemctl --user start openclaw-gateway`);
}

async function measurePage(page: Page, server: LabServer): Promise<Figure[]> {
  const shown = (words: string): Promise<void> => page.getByText(words).last().waitFor({ timeout: SHOWN_MS });
  await isFollowing(server, shown(HELLO));
  const words = nameFlood();
  await page.evaluate('bench.watchFrames()');
  const ms = await timeMs(async () => Promise.all([say(server, words), shown(words)]));
  const { longestTaskMs, longestFrameMs } = await page.evaluate<MainThread>('bench.stopWatching()');
  return [
    rateOf('logs: lines a second to the page', ms),
    {
      title: 'logs: longest task of the page in a flood',
      value: longestTaskMs,
      unit: 'ms',
      goal: { atMost: 100 },
      note: `longest wait for a frame ${formatMs(longestFrameMs)}`,
    },
  ];
}
