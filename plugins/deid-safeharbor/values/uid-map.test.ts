// New UIDs: one for each old one, valid, and the same wherever the key is the same.
import { createSecretKey } from "node:crypto";
import { isUid } from "@thalamus/sdk/dicom";
import { expect, it } from "vitest";
import { isStandardUid, UidMap } from "./uid-map.ts";

const mapWith = (letter: string) => new UidMap(createSecretKey(Buffer.alloc(32, letter)));

it("A-093 A-094 A-095 the same old UID gives the same new one, another one another, in every run", () => {
  const [first, again, elsewhere] = [mapWith("a"), mapWith("a"), mapWith("b")];
  const old = Array.from({ length: 2000 }, (_, index) => `1.2.826.0.1.${index}`);
  const fresh = old.map((uid) => first.map(uid));
  expect(new Set(fresh).size).toBe(old.length);
  expect(fresh.every((uid) => isUid(uid) && uid.startsWith("2.25."))).toBe(true);
  expect(old.map((uid) => again.map(uid))).toEqual(fresh);
  expect(elsewhere.map(old[0]!)).not.toBe(fresh[0]);
});

it("UIDs of the standard are known, and those that only borrow its root are not", () => {
  expect(isStandardUid("1.2.840.10008.5.1.4.1.1.501.2.1")).toBe(true);
  expect(isStandardUid("1.2.840.10008.1.4.1.1")).toBe(true);
  expect(isStandardUid("1.2.840.10008.20240412.77")).toBe(false);
  expect(isStandardUid("1.2.840.100081.1")).toBe(false);
});
