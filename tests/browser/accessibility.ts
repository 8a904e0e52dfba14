import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] };

/** Fails on anything that axe finds on the screen as it is. */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async (values): Promise<Violation[]> => {
    const { axe: loaded } = window as unknown as {
      axe: { run(context: Document, options: object): Promise<{ violations: Violation[] }> };
    };
    const { violations: found } = await loaded.run(document, { runOnly: { type: 'tag', values } });
    return found.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) }));
  }, RULES);
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  assert.deepEqual(told, [], `accessibility of "${name}"`);
}

/** The sizes that the house promises, whatever the screen: 18 px to read, 22 px over the camera, 44 px to touch. */
export async function assertLegible(page: Page, name: string): Promise<void> {
  const small = await page.evaluate(() => {
    const found: string[] = [];
    for (const element of Array.from(
      document.querySelectorAll<HTMLElement>('p, li, dt, dd, label, button, h1, h2, .hint'),
    )) {
      const { width, height } = element.getBoundingClientRect();
      if (width <= 1 || height <= 1) continue;
      const sizePx = Number.parseFloat(getComputedStyle(element).fontSize);
      const leastPx = element.classList.contains('hint') ? 22 : 18;
      if (sizePx < leastPx) found.push(`${element.tagName} ${sizePx} px: ${element.textContent?.slice(0, 40)}`);
      if (element.tagName === 'BUTTON' && height < 44) found.push(`a button ${height} px high`);
    }
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.push('scrolls sideways');
    return found;
  });
  assert.deepEqual(small, [], `legibility of "${name}"`);
}

/** Whoever cannot see that the screen changed hears where they are: the heading has the focus. */
export async function assertHeadingFocused(page: Page, name: string): Promise<void> {
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  assert.equal(focused, 'H1', `focus on "${name}"`);
}

/** Nothing to read or to tap lies beside the screen, is clipped, or is below the end of a screen that does not scroll. */
export async function assertNothingCut(page: Page, name: string): Promise<void> {
  const cut = await page.evaluate(() => {
    const found: string[] = [];
    const { clientWidth, clientHeight, scrollHeight } = document.documentElement;
    const scrolls = scrollHeight > clientHeight + 1;
    for (const element of Array.from(document.querySelectorAll<HTMLElement>('p, li, dt, dd, label, button, h1, h2'))) {
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
      if (width <= 1 || height <= 1) continue; // said to those who listen, not shown
      const what = `${element.tagName} "${element.textContent?.slice(0, 40)}"`;
      if (left < -1 || right > clientWidth + 1) found.push(`${what} lies beside the screen`);
      const style = getComputedStyle(element);
      const clips = [style.overflowX, style.overflowY].some((overflow) => overflow === 'hidden' || overflow === 'clip');
      if (clips && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1))
        found.push(`${what} is clipped`);
      if (!scrolls && (top < -1 || bottom > clientHeight + 1)) found.push(`${what} cannot be reached`);
    }
    return found;
  });
  assert.deepEqual(cut, [], `what is cut on "${name}"`);
}

/** Animations and transitions that move something for longer than a blink. */
export async function assertStill(page: Page, name: string): Promise<void> {
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter((animation) => animation.playState === 'running')
      .map((animation) => {
        const { duration } = animation.effect!.getComputedTiming();
        const named = animation as Animation & { animationName?: string; transitionProperty?: string };
        return { what: named.animationName ?? named.transitionProperty ?? 'animation', ms: Number(duration) };
      })
      .filter(({ ms }) => ms > 50)
      .map(({ what, ms }) => `${what} ${ms} ms`),
  );
  assert.deepEqual(moving, [], `what moves on "${name}"`);
}
