// Media types and Accept headers as clients write them.
import { describe, expect, test } from "vitest";
import { parseAccept, parseMediaType } from "./media-types.ts";
import { choose } from "./retrieve/accept.ts";

test.each([
  ['multipart/related; type="application/dicom"; boundary=a', { type: "application/dicom", boundary: "a" }],
  [
    'Multipart/Related;TYPE=application/dicom ; Boundary="a;b, c"',
    { type: "application/dicom", boundary: "a;b, c" },
  ],
  ['x/y; a="say \\"hi\\""', { a: 'say "hi"' }],
  ["x/y", {}],
])("%s is read with its parameters", (text, parameters) => {
  expect(Object.fromEntries(parseMediaType(text)?.parameters ?? [])).toEqual(parameters);
});

test.each(["", "x", "x/y/z", "x/y; a", 'x/y; a="', "x/y, z/w", `x/y; a=${"b".repeat(5000)}`])(
  "%s is none",
  (text) => {
    expect(parseMediaType(text)).toBeUndefined();
  },
);

test("an Accept header is in the order of its weights, without what has none", () => {
  const types = parseAccept("a/a;q=0.1, b/b, c/c;q=0, d/d;q=0.5, e/e")?.map(({ type }) => type);
  expect(types).toEqual(["b/b", "e/e", "d/d", "a/a"]);
  expect(parseAccept("a/a,, b/b; q")).toBeUndefined();
});

describe("what is chosen of an instance in JPEG 2000", () => {
  const SYNTAX = "1.2.840.10008.1.2.4.90";
  const offers = [{ mediaType: "application/dicom", transferSyntaxes: [SYNTAX] }];
  const chosen = (accept: string, alone = true): string | number => {
    try {
      return choose(accept, offers, alone).multipart ? "parts" : "file";
    } catch (error) {
      return (error as { status: number }).status;
    }
  };

  test.each([
    ["", "parts"],
    ["*/*", "parts"],
    ["multipart/related", "parts"],
    ['multipart/related; type="application/dicom"', "parts"],
    ['multipart/related; type="application/dicom"; transfer-syntax=*', "parts"],
    [`multipart/related; type="application/dicom; transfer-syntax=${SYNTAX}"`, "parts"],
    ["application/dicom", "file"],
    ["application/*;q=0.2, image/jpeg", "file"],
    ["image/jpeg, application/dicom; transfer-syntax=1.2.840.10008.1.2.1", 406],
    ['multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1', 406],
    ['multipart/related; type="image/jpeg"', 406],
    ["application/dicom;q=0", 406],
    ["nonsense", 406],
  ])("with Accept: %s", (accept, expected) => {
    expect(chosen(accept)).toBe(expected);
  });

  test("is never a bare file when there may be several", () => {
    expect(chosen("application/dicom", false)).toBe(406);
  });
});
