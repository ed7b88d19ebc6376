// Only what the site's key has signed is a release.
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { compareVersions, parsePublicKey, verifiedRelease } from "./release.ts";
import { KEYS, PUBLIC_KEY, sampleRelease, signedSample } from "./testing/sample-release.ts";

const key = parsePublicKey(PUBLIC_KEY)!;

describe("a release", () => {
  test("A-277 is taken when it is signed, in whatever order its fields come", () => {
    const { release, signature } = signedSample();
    const turned = Object.fromEntries(Object.entries(release as object).toReversed());
    expect(verifiedRelease({ release: turned, signature }, key)).toEqual(sampleRelease());
    expect(verifiedRelease({ release, signature }, parsePublicKey(pem(KEYS.publicKey))!)).toEqual(release);
  });

  test.each([
    ["without a signature", { release: sampleRelease() }],
    [
      "with a signature of somebody else",
      { ...signedSample(), signature: Buffer.alloc(64).toString("base64") },
    ],
    ["that was changed", { ...signedSample(), release: sampleRelease({ notes: "Harmless." }) }],
    ["with a field more", { ...signedSample(), release: { ...sampleRelease(), archive: { sha256: "0" } } }],
    ["that is none", { release: "0.2.0", signature: "" }],
    ["with a signature that is no text", { ...signedSample(), signature: { toString: "x" } }],
  ])("%s is refused", (_, signed) => {
    expect(() => verifiedRelease(signed, key)).toThrow(expect.objectContaining({ code: "update.unsigned" }));
  });

  test("in another form is refused although it is signed", () => {
    const odd = signedSample({ version: "../../etc" });
    expect(() => verifiedRelease(odd, key)).toThrow(expect.objectContaining({ code: "update.malformed" }));
  });

  test("keys of another kind are none", () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(parsePublicKey(pem(publicKey))).toBeUndefined();
    expect(parsePublicKey("nonsense")).toBeUndefined();
  });
});

test.each([
  ["0.2.0", "0.10.0"],
  ["1.0.0-alpha", "1.0.0"],
  ["1.0.0-alpha.2", "1.0.0-alpha.10"],
  ["1.0.0-alpha.1", "1.0.0-alpha.beta"],
  ["1.0.0-alpha", "1.0.0-alpha.1"],
])("version %s is older than %s", (older, newer) => {
  expect(compareVersions(older, newer)).toBeLessThan(0);
  expect(compareVersions(newer, older)).toBeGreaterThan(0);
  expect(compareVersions(newer, newer)).toBe(0);
});

const pem = (one: { export(options: { format: "pem"; type: "spki" }): string | Buffer }): string =>
  one.export({ format: "pem", type: "spki" }).toString();
