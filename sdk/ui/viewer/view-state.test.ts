// What keys do to a view, and where it stops.
import { expect, it, test } from "vitest";
import { actOfKey, FIRST_VIEW, nextView, type ViewState } from "./view-state.ts";

const COUNT = 60;
const press = (state: ViewState, key: string, shiftKey = false): ViewState => {
  const seen = { center: 100, width: 200 };
  const act = actOfKey({ key, shiftKey, ctrlKey: false, metaKey: false, altKey: false }, seen);
  return act ? nextView(state, act, COUNT) : state;
};

test.each([
  ["ArrowDown", 31],
  ["ArrowRight", 31],
  ["ArrowUp", 29],
  ["PageDown", 40],
  ["PageUp", 20],
  ["Home", 0],
  ["End", 59],
  ["x", 30],
])("%s leads from frame 30 to %i", (key, frame) => {
  expect(press({ ...FIRST_VIEW, frame: 30 }, key).frame).toBe(frame);
});

it("stops at the first and at the last frame", () => {
  expect(press({ ...FIRST_VIEW, frame: 59 }, "PageDown").frame).toBe(59);
  expect(press(FIRST_VIEW, "ArrowUp").frame).toBe(0);
  expect(nextView(FIRST_VIEW, { kind: "to", frame: 5 }, 0).frame).toBe(0);
});

it("makes the picture brighter and softer with Shift, from the window it is seen through", () => {
  expect(press(FIRST_VIEW, "ArrowUp", true).window).toEqual({ center: 80, width: 200 });
  const wider = press(FIRST_VIEW, "ArrowRight", true).window as { width: number };
  expect(wider.width).toBeCloseTo(214.4, 1);
  // colours have no window
  const shift = { key: "ArrowUp", shiftKey: true, ctrlKey: false, metaKey: false, altKey: false };
  expect(actOfKey(shift, undefined)).toBeUndefined();
});

it("moves a picture only as far as it is larger than its frame, and forgets that when it fits again", () => {
  expect(press(FIRST_VIEW, "a")).toMatchObject({ x: 0, y: 0 });
  let state = FIRST_VIEW;
  for (let step = 0; step < 4; step += 1) state = press(state, "+");
  for (let step = 0; step < 40; step += 1) state = press(state, "a");
  expect(state.zoom).toBeCloseTo(2.44, 2);
  expect(state.x).toBeCloseTo((state.zoom - 1) / (2 * state.zoom), 5);
  for (let step = 0; step < 9; step += 1) state = press(state, "-");
  expect(state).toMatchObject({ zoom: 1, x: 0, y: 0 });
});

it("goes back to how it began, on the frame it is at", () => {
  const state: ViewState = { frame: 7, window: "fit", zoom: 3, x: 0.1, y: 0.1 };
  expect(press(state, "0")).toEqual({ ...FIRST_VIEW, frame: 7 });
});

it("leaves keys of the browser alone", () => {
  const held = { key: "+", shiftKey: false, ctrlKey: true, metaKey: false, altKey: false };
  expect(actOfKey(held, undefined)).toBeUndefined();
});
