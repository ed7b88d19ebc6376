// Looks at a page as axe does, and whether it scrolls sideways.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Violations of WCAG 2.2 A and AA and of axe's best practices.
 * @returns the rule with the elements that break it, as lines of text
 */
export async function violations(page: Page): Promise<string[]> {
  await atRest(page);
  await page.evaluate(AXE);
  const found = await page.evaluate<{ id: string; nodes: { target: string[]; summary: string }[] }[]>(`
    axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({
        id,
        // a menu that is open lies over the page and has the focus; beside the landmarks is where menus are
        nodes: nodes.filter(({ target }) =>
          id !== "region" || document.querySelector(target[0]).querySelector("[role=menu]") === null).map(({ target, failureSummary }) => ({ target, summary: failureSummary })),
      })))
  `);
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, summary }) => `${id}: ${target} ${summary}`));
}

/** Dialogs and menus have come in; what turns for ever is not waited for. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(`new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))
    .then(() => Promise.all(document.getAnimations()
      .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
      .map((one) => one.finished.catch(() => undefined))))`);
}

/** Pixels by which the page is wider than its window. */
export const excessWidth = (page: Page): Promise<number> =>
  page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");

/** Takes a picture where the variable THALAMUS_PICTURES names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["THALAMUS_PICTURES"];
  if (folder === undefined) return;
  await atRest(page);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

/** Heads of columns whose words the last column covers, which stays in sight of a wide table. */
export const coveredHeads = (page: Page): Promise<string[]> => page.evaluate(COVERED_HEADS);

const COVERED_HEADS = `[...document.querySelectorAll("thead th")].filter((head) => {
  const words = document.createRange();
  words.selectNodeContents(head);
  const { left, right, top, bottom } = words.getBoundingClientRect();
  const last = head.parentElement.lastElementChild;
  if (head === last) return false;
  const covers = (x) => x > last.getBoundingClientRect().left && !head.contains(document.elementFromPoint(x, (top + bottom) / 2));
  return covers(left + 1) || covers(right - 1);
}).map((head) => head.innerText)`;
