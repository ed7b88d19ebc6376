// What somebody without a mouse meets on a page: whether Tab comes to everything, gets out again, and shows where it is.
import type { Page } from "playwright-core";

/** More stops than any page has. */
const MOST_STOPS = 400;

/**
 * Defines `look()` in the page. An element is reached by Tab when it takes the focus; of the members of a composite
 * widget one does, and arrow keys go on from it (WAI-ARIA practices).
 */
const TOOLS = `(() => {
  const CONTROLS = "a[href],button,input,select,textarea,summary,[contenteditable=true],[role=button],[role=link]," +
    "[role=tab],[role=checkbox],[role=radio],[role=switch],[role=option],[role=menuitem],[role=combobox],[role=slider]";
  const COMPOSITES = "[role=tablist],[role=radiogroup],[role=listbox],[role=menu],[role=grid],[role=tree]," +
    ".MuiToggleButtonGroup-root";
  const shown = (one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert],[aria-hidden=true]") &&
    one.getClientRects().length > 0 && !one.disabled && one.type !== "hidden";
  const stops = (one) => one.tabIndex >= 0 && shown(one);
  const words = (one) => {
    const all = one.getAttribute("aria-label") || one.innerText || one.getAttribute("name") || "";
    return all.trim().replaceAll(/\\s+/g, " ").slice(0, 40);
  };
  const named = (one) => {
    const role = one.getAttribute("role");
    return one.tagName.toLowerCase() + (role ? "[" + role + "]" : "") + " " + JSON.stringify(words(one));
  };
  const inComposite = (one) => {
    const whole = one.closest(COMPOSITES);
    return whole !== null && (stops(whole) || [...whole.querySelectorAll("*")].some(stops));
  };
  // what opens the list of a field does what the down arrow does in it
  const ofField = (one) => {
    const field = one.closest(".MuiAutocomplete-root");
    return field !== null && [...field.querySelectorAll("input")].some(stops);
  };
  const clicked = (one) => {
    const key = Object.keys(one).find((name) => name.startsWith("__reactProps$"));
    return key !== undefined && typeof one[key]?.onClick === "function";
  };
  // rows have keys of their own, and a link to the same page; a chip that does nothing has a handler all the same;
  // beside tabs that do not fit stand two signs that scroll them, as the arrow keys do
  const FOR_SHOW = ",label,[data-row],[role=presentation],[role=dialog],.MuiChip-root:not(.MuiChip-clickable)," +
    ".MuiTabs-root > .MuiTabScrollButton-root";
  const onlyForMice = (one) => clicked(one) && !one.matches(CONTROLS + FOR_SHOW) &&
    one.tabIndex < 0 && !one.closest(CONTROLS + ",label") && one.querySelector(CONTROLS) === null;
  const notReached = (one) => shown(one) && one.tabIndex < 0 && !inComposite(one) && !ofField(one);
  window.beyondKeyboard = () => [
    ...[...document.querySelectorAll(CONTROLS)].filter(notReached),
    ...[...document.body.querySelectorAll("*")].filter((one) => shown(one) && onlyForMice(one)),
  ].map((one) => "no key comes to " + named(one));
  window.tabStops = () => [...document.querySelectorAll("*")].filter(stops).length;
  window.whereAmI = () => {
    const one = document.activeElement;
    if (one === null || one === document.body) return null;
    window.visited ??= [];
    // in a field for a date, Tab goes from the day to the month and the year
    const within = one === window.visited.at(-1) && /^(date|datetime-local|month|time|week)$/.test(one.type);
    const again = !within && window.visited.includes(one);
    window.visited.push(one);
    return { within, again };
  };
  const unseen = (one) => {
    const box = one.getBoundingClientRect();
    const inWindow = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const bare = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].some(([x, y]) => {
      const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      return top !== null && (one.contains(top) || top.contains(one));
    });
    return !(inWindow && bare);
  };
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  // the browser may scroll to a field for text a moment after the focus has come to it
  window.hiddenFocus = async () => {
    const one = document.activeElement;
    if (one === null || !unseen(one)) return "";
    await frame();
    await frame();
    return unseen(one) ? "nobody sees that the focus is on " + named(one) : "";
  };
})()`;

/** What cannot be reached or done without a mouse, as far as the page itself tells. */
export async function beyondKeyboard(page: Page): Promise<string[]> {
  await page.evaluate(TOOLS);
  return page.evaluate<string[]>("beyondKeyboard()");
}

interface Stop {
  /** Another part of the same field. */
  readonly within: boolean;
  readonly again: boolean;
}

/**
 * Presses Tab from the top of the page to its end.
 * @returns where the focus is not seen, and where it does not get on
 */
export async function tabThrough(page: Page): Promise<string[]> {
  await page.evaluate(TOOLS);
  await page.evaluate("document.activeElement?.blur(); window.visited = undefined; scrollTo(0, 0)");
  const found: string[] = [];
  const stops = await page.evaluate<number>("tabStops()");
  let passed = 0;
  while (passed < MOST_STOPS) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate<Stop | null>("whereAmI()");
    if (stop === null || stop.again) break;
    if (stop.within) continue;
    passed += 1;
    const hidden = await page.evaluate<string>("hiddenFocus()");
    if (hidden !== "") found.push(hidden);
  }
  // lists of options come and go meanwhile; a trap leaves most of the page behind
  if (passed < stops / 2) found.push(`the focus came to ${passed} of ${stops} places`);
  return found;
}
