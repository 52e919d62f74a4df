import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright';
import { expect } from 'vitest';

/*
 * What a person does and sees in the interface, whichever door it came through.
 */

/** A deployment takes a minute and a half on an idle machine. */
export const RUN_MS = 10 * 60_000;
export const PATIENCE_MS = 60_000;

export async function sees(page: Page, text: string, timeoutMs = PATIENCE_MS): Promise<void> {
  const failed = page.getByRole('button', { name: 'Copy report' }).and(page.locator(':visible'));
  const wanted = page.getByText(text, { exact: false }).first();
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
    if ((await next.count()) > 0 && (await next.first().isEnabled()))
      await next
        .first()
        .click({ timeout: 1000 })
        .catch(() => undefined);
    await page.waitForTimeout(250);
  }
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
