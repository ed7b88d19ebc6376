// Words are found in a PDF wherever its pieces end.
import { expect, it } from "vitest";
import { findHits } from "./pdf-text.ts";

const piece = (str: string, hasEOL = false) => ({ str, hasEOL });
const PAGES = [
  [piece("Mean diffusi"), piece("vity (MD)", true), piece("of white", true), piece("matter: 0.71")],
  [piece("", true), piece("White"), piece(" "), piece("matter")],
];

it("A-256 finds words across pieces and line ends, whatever their case", () => {
  expect(findHits(PAGES, "  WHITE matter ")).toEqual([
    { page: 1, from: { piece: 2, offset: 3 }, to: { piece: 3, offset: 6 } },
    { page: 2, from: { piece: 1, offset: 0 }, to: { piece: 3, offset: 6 } },
  ]);
  expect(findHits(PAGES, "diffusivity")).toEqual([
    { page: 1, from: { piece: 0, offset: 5 }, to: { piece: 1, offset: 4 } },
  ]);
});

it("A-256 takes signs literally, and nothing finds nothing", () => {
  expect(findHits(PAGES, "(md)")).toHaveLength(1);
  expect(findHits(PAGES, "0.71")).toHaveLength(1);
  expect(findHits(PAGES, "0x71")).toEqual([]);
  expect(findHits(PAGES, ".*")).toEqual([]);
  expect(findHits(PAGES, "  ")).toEqual([]);
  expect(findHits([], "white")).toEqual([]);
});
