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
  // rows have keys of their own, and a link to the same page; a chip that does nothing has a handler all the same
  const FOR_SHOW = ",label,[data-row],[role=presentation],[role=dialog],.MuiChip-root:not(.MuiChip-clickable)";
  // what keeps clicks to itself may hold nothing at the moment
  const holdsNothing = (one) => one.childElementCount === 0 && one.innerText.trim() === "";
  const onlyForMice = (one) => clicked(one) && !holdsNothing(one) && !one.matches(CONTROLS + FOR_SHOW) &&
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
    window.visited ??= new WeakSet();
    const again = window.visited.has(one);
    window.visited.add(one);
    const box = one.getBoundingClientRect();
    const inWindow = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const bare = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].some(([x, y]) => {
      const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      return top !== null && (one.contains(top) || top.contains(one));
    });
    return { name: named(one), again, hidden: inWindow && bare ? "" : "nobody sees that the focus is on " + named(one) };
  };
})()`;

/** What cannot be reached or done without a mouse, as far as the page itself tells. */
export async function beyondKeyboard(page: Page): Promise<string[]> {
  await page.evaluate(TOOLS);
  return page.evaluate<string[]>("beyondKeyboard()");
}

interface Stop {
  readonly name: string;
  readonly again: boolean;
  readonly hidden: string;
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
  for (; passed < MOST_STOPS; passed += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate<Stop | null>("whereAmI()");
    if (stop === null || stop.again) break;
    if (stop.hidden !== "") found.push(stop.hidden);
  }
  // lists of options come and go meanwhile; a trap leaves most of the page behind
  if (passed < stops / 2) found.push(`the focus came to ${passed} of ${stops} places`);
  return found;
}
