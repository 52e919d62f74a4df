import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from 'playwright';
import { expect } from 'vitest';

/*
 * What a person does and sees in the interface, whichever door it came through.
 */

/** A deployment takes a minute and a half on an idle machine. */
export const RUN_MS = 10 * 60_000;
export const PATIENCE_MS = 60_000;

export async function sees(page: Page, text: string, timeoutMs = PATIENCE_MS): Promise<void> {
  const failed = page.getByRole('button', { name: 'Copy report' }).and(page.locator(':visible'));
  // What is hidden may say the same, and come first.
  const wanted = page.getByText(text, { exact: false }).filter({ visible: true }).first();
  await wanted.waitFor({ timeout: timeoutMs }).catch(async (error: unknown) => {
    const what = await page.locator('body').innerText();
    throw new Error(`“${text}” is not there${(await failed.count()) > 0 ? ', the run has ended' : ''}:\n${what}`, {
      cause: error,
    });
  });
}

/** What a screen reader, and somebody with weak eyes, would stumble over. */
export async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([]);
}

/** Goes on, also over the checks where they wait for a person. */
export async function goOnTo(page: Page, title: string): Promise<void> {
  const there = page.getByText(title).first();
  const next = page.getByRole('button', { name: 'Continue' });
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await there.isVisible())) {
    if (Date.now() > deadline) await sees(page, title, 1);
    if ((await next.count()) > 0 && (await next.first().isEnabled())) await clickUnless(title, next.first());
    await page.waitForTimeout(250);
  }
}

/** What is used here of a button as its page has it. */
interface Pressed {
  readonly ownerDocument: { readonly body: { readonly innerText: string } };
  click(): void;
}

/** In one breath: between a look and a click the page that is wanted may come, and have a button of the same name. */
async function clickUnless(title: string, button: Locator): Promise<void> {
  const press = (found: Pressed, wanted: string): void => {
    if (!found.ownerDocument.body.innerText.includes(wanted)) found.click();
  };
  // It may be gone by now, with its page.
  await button.evaluate(press, title, { timeout: 1000 }).catch(() => undefined);
}

/** Until Enter means this button: a page has its title before it has its answer. */
export async function isNext(page: Page, button: string): Promise<void> {
  const next = page.getByRole('button', { name: button }).and(page.locator(':focus'));
  await next.waitFor({ timeout: PATIENCE_MS });
}

/** By Tab, as somebody without a mouse. */
export async function reach(page: Page, name: string): Promise<void> {
  const focused = page.locator(':focus');
  for (let step = 0; step < 60; step += 1) {
    if ((await focused.count()) > 0 && (await focused.innerText()).trim() === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`“${name}” cannot be reached by Tab.`);
}

/** A shell there answers what is typed; what it said is in what the door has sent. */
export async function worksInTerminal(page: Page, received: readonly string[], line: string): Promise<string> {
  await page
    .getByRole('link', { name: 'Terminal' })
    .or(page.getByRole('button', { name: 'Terminal' }))
    .first()
    .click();
  await page.locator('.xterm-helper-textarea').first().waitFor({ state: 'attached', timeout: PATIENCE_MS });
  await page.locator('.xterm').first().click();
  await page.keyboard.type(`${line}; echo $((6 * 7))-ends\n`);
  await expect.poll(() => received.join(''), { timeout: PATIENCE_MS }).toContain('42-ends');
  return received.join('');
}

export async function opensDashboard(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Dashboard' }).click();
  await findsDashboard(page, () => page.getByRole('button', { name: 'Open dashboard' }).click());
}

/** The tab that opens is OpenClaw's own, connected: nobody has to sign in, and our cookie is not there. */
export async function findsDashboard(page: Page, open: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const [tab] = await Promise.all([page.context().waitForEvent('page', { timeout: PATIENCE_MS }), open()]);
    // The address is OpenClaw’s own command line’s: on a busy machine that alone takes a minute.
    await tab.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\//, { timeout: 3 * PATIENCE_MS });
    if ((await seesDashboard(tab)) === 'connected' || tries === 3) {
      await sees(tab, 'Ask OpenClaw', PATIENCE_MS);
      expect(await tab.locator('.login-gate').count()).toBe(0);
      expect(await page.context().cookies(tab.url())).toEqual([]);
      await tab.close();
      return;
    }
    await tab.close();
    await page.bringToFront();
  }
}

/** By Chromium, when the networks of its computer change; by a page that is loaded anew. */
const LET_GO = ['net::ERR_NETWORK_CHANGED', 'net::ERR_ABORTED'];

/**
 * Networks of other tests come and go on the same computer, and Chromium lets go of what it holds whenever one does. What it was
 * loading is said by its page, and a reload mends it; whatever else is not downloaded fails the test, by its reason. Where it
 * was the connection, what signs in once was spent on it: the person opens the dashboard once more.
 */
async function seesDashboard(tab: Page): Promise<'connected' | 'signed out' | 'lost'> {
  const lost: string[] = [];
  tab.on('requestfailed', (request) => lost.push(request.failure()?.errorText ?? 'no reason'));
  // Of the whole view, or of one part of it: “Settings navigation could not load.”
  const broken = tab.getByText(/could not (be downloaded|load)/);
  const gate = tab.locator('.login-gate');
  const ready = tab.getByText('Ask OpenClaw');
  // The page reloads itself as well, once: what was there at a look may be gone at the next.
  const deadline = Date.now() + 3 * PATIENCE_MS;
  for (let reloads = 0; reloads < 3 && Date.now() < deadline;) {
    const seen = ready.or(broken).or(gate).filter({ visible: true }).first();
    await seen.waitFor({ timeout: PATIENCE_MS }).catch(() => undefined);
    if (await isThere(gate)) return 'signed out';
    if (await isThere(ready)) return 'connected';
    if (!(await isThere(broken))) continue;
    // What was lost before this began to listen has no reason here; a second time it has one.
    expect(lost.splice(0).filter((reason) => !LET_GO.includes(reason))).toEqual([]);
    await tab.reload();
    reloads += 1;
  }
  return 'lost';
}

async function isThere(what: Locator): Promise<boolean> {
  return (await what.filter({ visible: true }).count()) > 0;
}
