// The multipart reader on bodies that are cut into pieces of every size, and on bodies that are wrong.
import { describe, expect, test } from "vitest";
import { BrokenMultipart, isBoundary, MultipartReader, type PartHeaders } from "./multipart-reader.ts";

interface Part {
  readonly headers: PartHeaders;
  content: string;
  ended: boolean;
}

/** Reads a body in pieces of `size` bytes. */
function read(body: string, size: number, boundary = "b0"): Part[] {
  const parts: Part[] = [];
  const reader = new MultipartReader(boundary, {
    partStarted: (headers) => parts.push({ headers, content: "", ended: false }),
    partBytes: (bytes) => {
      parts.at(-1)!.content += bytes.toString("latin1");
    },
    partEnded: () => {
      parts.at(-1)!.ended = true;
    },
  });
  const bytes = Buffer.from(body, "latin1");
  for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.subarray(at, at + size));
  reader.end();
  return parts;
}

const contents = (parts: readonly Part[]) => parts.map(({ content }) => content);

const TWO =
  "preamble\r\n--b0  \r\nContent-Type: application/dicom\r\nX:y\r\n\r\none\r\n--b\r\r\n--b\r\n--b0\r\n\r\ntwo\r\n" +
  "\r\n--b0--\r\nepilogue\r\n--b0\r\n";

describe("a body", () => {
  test.each([1, 2, 3, 5, 7, 64, 1000])("is read the same in pieces of %i bytes", (size) => {
    const parts = read(TWO, size);
    expect(contents(parts)).toEqual(["one\r\n--b\r\r\n--b", "two\r\n"]);
    expect(parts.every(({ ended }) => ended)).toBe(true);
    expect([...parts[0]!.headers]).toEqual([
      ["content-type", "application/dicom"],
      ["x", "y"],
    ]);
    expect(parts[1]!.headers.size).toBe(0);
  });

  test.each([1, 1000])("may have parts without content, in pieces of %i bytes", (size) => {
    const body = "--b0\r\nA: 1\r\n\r\n--b0\r\n\r\n--b0\r\nB: 2\r\n\r\n\r\n--b0--";
    expect(contents(read(body, size))).toEqual(["", "", ""]);
  });

  test("passes the content on without keeping it", () => {
    const content = "x".repeat(1_000_000);
    expect(contents(read(`--b0\r\n\r\n${content}\r\n--b0--`, 65_536))).toEqual([content]);
  });
});

describe("a body is refused that", () => {
  test.each([
    ["ends before its last boundary", "--b0\r\n\r\none", true],
    ["ends in the middle of a boundary", "--b0\r\n\r\none\r\n--b0", true],
    ["is empty", "", true],
    ["has a boundary that goes on", "--b0\r\n\r\none\r\n--b0x\r\n", false],
    ["has padding without end", `--b0${" ".repeat(100)}\r\n\r\n\r\n--b0--`, false],
    ["has a header without end", `--b0\r\nA: ${"x".repeat(9000)}`, false],
    ["has a header line without a name", "--b0\r\nnothing\r\n\r\n\r\n--b0--", false],
    ["never shows its boundary", "x".repeat(5000), false],
  ])("%s", (_name, body, cut) => {
    for (const size of [1, 4096]) {
      expect(() => read(body, size)).toThrow(BrokenMultipart);
      expect(() => read(body, size)).toThrow(expect.objectContaining({ cut }));
    }
  });
});

test("a boundary has 1 to 200 characters of those that are allowed", () => {
  const good = ["a", "x".repeat(200), "---- =_Part.1:2/3?"];
  const bad = ["", "x".repeat(201), "a\r\nb", "a\u00e4", "ends with a space "];
  expect([...good, ...bad].filter(isBoundary)).toEqual(good);
});
