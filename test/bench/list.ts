import type { Page } from 'playwright';
import { serveLook } from '../e2e/serve-look.ts';
import { launchBrowser } from '../lab/launch-browser.ts';
import { bundleForPage } from './browser.ts';
import { formatMs, median, type Measured } from './measure.ts';

/*
 * The interface with 200 invented instances (test/e2e/fake-door.ts), filtered by a quick typist and scrolled.
 */

const INSTANCES = 200;
/** Between two keys. */
const KEY_MS = 40;
const WHEEL_PX = 240;
/** More than the list is high. */
const WHEELS = 40;

interface Frames {
  readonly longestFrameMs: number;
  readonly frames: number;
}

export async function measureList(rounds: number): Promise<Measured> {
  await using look = await serveLook();
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addInitScript(await bundleForPage('watch-frames.mjs'));
    const opened = await context.newPage();
    await opened.goto(`${look.url}?many=1#/activity`);
    const rows = opened.locator('nav a[href^="#/instance/"]');
    await rows.nth(INSTANCES - 1).waitFor();
    const found: Record<'idle' | 'filter' | 'scroll', number[]> = { idle: [], filter: [], scroll: [] };
    for (let round = 0; round < rounds; round += 1) {
      found.idle.push(await watch(opened, () => opened.waitForTimeout(1_000)));
      found.filter.push(await watch(opened, () => filter(opened)));
      await rows.nth(INSTANCES - 1).waitFor();
      found.scroll.push(await watch(opened, () => scroll(opened)));
    }
    const note = (ms: readonly number[]): string =>
      `all ${ms.map(formatMs).join(', ')}; of a page at rest ${found.idle.map(formatMs).join(', ')}`;
    return {
      figures: (['filter', 'scroll'] as const).map((what) => ({
        title: `list of ${String(INSTANCES)} instances: longest frame, ${what}`,
        value: median(found[what]),
        unit: 'ms' as const,
        goal: { atMost: 50 },
        note: note(found[what]),
      })),
    };
  } finally {
    await browser.close();
  }
}

async function watch(opened: Page, work: () => Promise<void>): Promise<number> {
  await opened.evaluate('bench.watchFrames()');
  await work();
  const { longestFrameMs, frames } = await opened.evaluate<Frames>('bench.stopWatching()');
  if (frames < 10) throw new Error(`Only ${String(frames)} frames were drawn: that says nothing.`);
  return longestFrameMs;
}

/** From all to a few, to none, and back to all. */
async function filter(opened: Page): Promise<void> {
  const field = opened.getByRole('searchbox', { name: 'Filter instances' });
  await field.focus();
  await opened.keyboard.type('bot-19 no such', { delay: KEY_MS });
  for (let key = 0; key < 'bot-19 no such'.length; key += 1)
    await opened.keyboard.press('Backspace', { delay: KEY_MS });
}

/** To the end and back. */
async function scroll(opened: Page): Promise<void> {
  await opened.locator('nav a[href^="#/instance/"]').first().hover();
  for (const direction of [1, -1]) {
    for (let turn = 0; turn < WHEELS; turn += 1) {
      await opened.mouse.wheel(0, direction * WHEEL_PX);
      await opened.waitForTimeout(16);
    }
  }
}
