// What is left in English on a page of the console that speaks German.
import type { Page } from "playwright-core";
import german from "../../admin/src/languages/german.json" with { type: "json" };
import germanHub from "../../admin/src/languages/german-hub.json" with { type: "json" };
import { atRest } from "./page-audit.ts";

const TEXTS: Readonly<Record<string, string>> = { ...germanHub, ...german };
const OTHER = Object.entries(TEXTS).filter(([text, said]) => said !== text && !text.startsWith("ra."));
const ENGLISH = new Set(OTHER.flatMap(([text]) => text.split(" |||| ")));
const PATTERNS = OTHER.filter(([text]) => text.includes("%{")).flatMap(patternsOf);

/** `%{count} images` finds `12 images`; of texts with two words of their own at least, and not where the German is alike. */
function patternsOf([text, said]: readonly [string, string]): RegExp[] {
  const own = said.replaceAll(/%\{\w+\}/g, "1").split(" |||| ");
  return text
    .split(" |||| ")
    .filter((form) => (form.replaceAll(/%\{\w+\}/g, " ").match(/[a-z]{3,}/gi) ?? []).length > 1)
    .map((form) => form.split(/%\{\w+\}/).map(plain))
    .map((parts) => new RegExp(`^${parts.join(".+")}$`))
    .filter((pattern) => !own.some((one) => pattern.test(one)));
}

/** With no meaning in a pattern. */
function plain(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}

const isEnglish = (line: string): boolean =>
  ENGLISH.has(line) || PATTERNS.some((pattern) => pattern.test(line));

/** Lines and names on the page for which there is a German, and which are not said in it. */
export async function leftInEnglish(page: Page): Promise<string[]> {
  await atRest(page);
  const shown = await page.evaluate<string[]>(`[
    ...document.body.innerText.split("\\n"),
    ...["aria-label", "placeholder", "title", "alt"].flatMap((name) =>
      [...document.querySelectorAll("[" + name + "]")].map((one) => one.getAttribute(name))),
  ].map((text) => text.trim())`);
  return [...new Set(shown.filter(isEnglish))];
}
