// Addresses of parts: what was sealed is what is opened, and nothing else is.
import { createSecretKey, randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { openAddress, sealAddress } from "./part-address.ts";

const key = createSecretKey(randomBytes(32));
const claim = { uploadId: randomUUID(), number: 312, expiresAt: new Date("2030-01-01T00:00:00Z") };
const before = new Date("2029-12-31T23:59:59Z");

test("an address says its upload, part, end and SHA-256, and fits into a path", () => {
  const sha256 = "ab".repeat(32);
  for (const wanted of [claim, { ...claim, sha256 }, { ...claim, number: 10_000 }]) {
    const address = sealAddress(key, wanted);
    expect(address).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(openAddress(key, address, before)).toEqual(wanted);
  }
});

test("it opens until its end, and only with the key it was sealed with", () => {
  const address = sealAddress(key, claim);
  expect(openAddress(key, address, claim.expiresAt)).toBeUndefined();
  expect(openAddress(createSecretKey(randomBytes(32)), address, before)).toBeUndefined();
});

test("not a bit of it can be changed", () => {
  const bytes = Buffer.from(sealAddress(key, claim), "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const spoilt = Buffer.from(bytes);
    spoilt[bit >> 3]! ^= 1 << (bit & 7);
    expect(openAddress(key, spoilt.toString("base64url"), before)).toBeUndefined();
  }
  // one address has one spelling: the last character has bits that mean nothing
  const address = sealAddress(key, claim);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const others = [...alphabet].filter((letter) => letter !== address.at(-1));
  for (const letter of others)
    expect(openAddress(key, `${address.slice(0, -1)}${letter}`, before)).toBeUndefined();
});
