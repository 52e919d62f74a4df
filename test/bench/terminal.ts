import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import { bringUpLab } from '../lab/run.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { launchBrowser } from '../lab/launch-browser.ts';
import { bundleForPage, openDoor } from './browser.ts';
import { asTerminalGetsIt, formatFloodBlock } from './flood-text.ts';
import { INVENTED_ID, prepareHome, writeInstance, writeUnit } from './gateway-less.ts';
import { formatMs, median, sayRound, type Figure, type Measured } from './measure.ts';

/*
 * The terminal from a server to the screen: a shell on a server of the lab, through ssh, the door and its WebSocket, against the
 * same bytes written straight into the same xterm in the same window. No OpenClaw is needed for it.
 */

const BLOCKS = 150;
/** In the middle of a flood. */
const FLOOD_MS = 2_000;
/** A prompt that asks the terminal how it is (watch-terminal.mjs), and a shell that takes the answer for nothing. */
const SET_PROMPT = String.raw`bind '"\e[0n": ""'; PS1='\[\e[5n\]$ '`;

export interface MainThread {
  readonly longestTaskMs: number;
  readonly longestFrameMs: number;
}

export async function measureTerminal(rounds: number): Promise<Measured> {
  const lab = await bringUpLab();
  if (lab.is === 'missing') return { skipped: lab.because };
  await using dir = await tempDataDir();
  await using server = await startServer({ users: [{ name: 'openclaw' }] });
  // A service that is there and does not run: an instance without one has no terminal, and none of this needs a gateway.
  await server.sh(writeUnit('/bin/true'));
  await writeFlood(server);
  const home = join(dir.path, 'home');
  const dataDir = join(dir.path, 'data');
  await prepareHome(home, server);
  await writeInstance(dataDir, server);
  await using door = await openDoor({ HOME: home, HARDSHELL_DATA_DIR: dataDir, SSH_AUTH_SOCK: '' });
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    await context.addInitScript(await bundleForPage('watch-terminal.mjs'));
    const page = await context.newPage();
    await page.goto(door.url);
    await page.goto(new URL(`#/instance/${INVENTED_ID}/terminal`, page.url()).href);
    await page.locator('.xterm-helper-textarea').waitFor({ state: 'attached', timeout: 60_000 });
    await sleep(1_500);
    await runInShell(page, SET_PROMPT);
    return { figures: await measurePage(page, rounds) };
  } finally {
    await browser.close();
  }
}

async function measurePage(page: Page, rounds: number): Promise<Figure[]> {
  const megabytes = (Buffer.byteLength(asTerminalGetsIt(formatFloodBlock())) * BLOCKS) / 1e6;
  const [ours, straight]: [number[], number[]] = [[], []];
  const threads: MainThread[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { ms } = await page.evaluate<{ ms: number }>(`bench.writeStraight(${String(BLOCKS)})`);
    straight.push(megabytes / (ms / 1000));
    ours.push(megabytes / ((await runInShell(page, 'cat flood')) / 1000));
    sayRound('terminal', round, `${formatRate(ours.at(-1))} against ${formatRate(straight.at(-1))}`);
  }
  const stops: number[] = [];
  for (let round = 0; round < Math.max(rounds, 3); round += 1) {
    await page.keyboard.type('while :; do cat flood; done\n');
    await sleep(FLOOD_MS / 2);
    await page.evaluate('bench.watchFrames()');
    await sleep(FLOOD_MS);
    threads.push(await page.evaluate<MainThread>('bench.stopWatching()'));
    stops.push(await press(page, 'Control+c'));
    sayRound('flood', round, `Ctrl-C after ${formatMs(stops.at(-1))}, ${JSON.stringify(threads.at(-1))}`);
    await sleep(300);
  }
  const tasks = threads.map(({ longestTaskMs }) => longestTaskMs);
  return [
    {
      title: 'terminal: from the server to the screen against straight into xterm.js',
      value: Math.max(...ours) / Math.max(...straight),
      unit: 'x',
      goal: { atLeast: 0.8 },
      note: `${ours.map(formatRate).join(', ')} against ${straight.map(formatRate).join(', ')}`,
    },
    {
      title: 'terminal: Ctrl-C in a flood until the prompt is on the screen',
      value: median(stops),
      unit: 'ms',
      goal: { atMost: 150 },
      note: `all ${stops.map(formatMs).join(', ')}`,
    },
    {
      title: 'terminal: longest task of the page in a flood',
      value: median(tasks),
      unit: 'ms',
      goal: { atMost: 100 },
      note: `all ${tasks.map((ms) => (ms === 0 ? 'below 50 ms' : formatMs(ms))).join(', ')}; waits for a frame ${threads.map(({ longestFrameMs }) => formatMs(longestFrameMs)).join(', ')}`,
    },
  ];
}

const formatRate = (rate = 0): string => `${rate.toFixed(1)} MB/s`;

/** Answers how long it took from the key to the frame that shows the next prompt. */
async function press(page: Page, key: string): Promise<number> {
  await page.evaluate('bench.expectPrompt()');
  await page.keyboard.press(key);
  return await page.evaluate<number>('bench.prompt');
}

async function runInShell(page: Page, command: string): Promise<number> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(command);
  return await press(page, 'Enter');
}

async function writeFlood(server: LabServer): Promise<void> {
  await server.sh('cat >block', { stdin: formatFloodBlock() });
  await server.sh(
    `for i in $(seq ${String(BLOCKS)}); do cat block; done >/home/openclaw/flood && chown openclaw /home/openclaw/flood`,
  );
}
