// Keys that follow from the site's secret: always the same, different for each purpose, known to other programs.
import { createHmac, createPublicKey, hkdfSync, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { SealedValueError, Sealer } from "./seal.ts";
import { deriveSiteKeys, keysForPlugins } from "./site-keys.ts";

const secretOf = (byte: number) => Buffer.alloc(32, byte);
const keys = deriveSiteKeys(secretOf(1));
const place = { table: "patient_pseudonym", row: "r1", column: "sealed" };

describe("the keys of a site", () => {
  test("are the same for the same secret and purpose, and different for another one of either", () => {
    const of = (byte: number, purpose: string) =>
      deriveSiteKeys(secretOf(byte)).hmacKey(purpose).export().toString("hex");
    expect(of(1, "a.uid")).toBe(of(1, "a.uid"));
    expect(new Set([of(1, "a.uid"), of(1, "a.date"), of(2, "a.uid")]).size).toBe(3);
  });

  test("are what RFC 5869 says, so that they can be checked without the hub", () => {
    const expected = hkdfSync("sha256", secretOf(1), "thalamus site key 1", "hmac a.uid", 32);
    expect(keys.hmacKey("a.uid").export()).toEqual(Buffer.from(expected));
    // fixed for ever: another value here would give every patient of every site another pseudonym
    const pinned = createHmac("sha256", keys.hmacKey("deid-safeharbor.uid")).update("1.2.3").digest("hex");
    expect(pinned).toBe("d56de30b1fa9dc81231c707bfa8cc7051a41335f2d92e2cfcd6162f6e2e98dfd");
  });

  test("sign so that the public key alone checks it", () => {
    const { privateKey, publicKeyPem, keyId } = keys.signing;
    const signature = sign(null, Buffer.from("manifest"), privateKey);
    const publicKey = createPublicKey(publicKeyPem);
    expect(verify(null, Buffer.from("manifest"), publicKey, signature)).toBe(true);
    expect(verify(null, Buffer.from("Manifest"), publicKey, signature)).toBe(false);
    expect(publicKey.asymmetricKeyType).toBe("ed25519");
    expect(keyId).toMatch(/^[0-9a-f]{16}$/);
    expect(deriveSiteKeys(secretOf(2)).signing.keyId).not.toBe(keyId);
  });

  test("of the hub itself are not for plugins", () => {
    const offered = keysForPlugins(keys);
    expect(Object.keys(offered).toSorted()).toEqual(["hmacKey", "signing"]);
    expect(() => offered.hmacKey("hub.vault-patient")).toThrow(RangeError);
    expect(offered.hmacKey("a.uid").equals(keys.hmacKey("a.uid"))).toBe(true);
  });

  test("are not derived from a secret of another length", () => {
    expect(() => deriveSiteKeys(Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe("a sealed value", () => {
  const sealer = new Sealer(keys);

  test("opens where it was sealed, and shows nothing of itself", () => {
    const sealed = sealer.seal("Doe^Jané", place);
    expect(sealed).not.toContain("Doe");
    expect(sealed.startsWith(`1.${keys.keyId}.`)).toBe(true);
    expect(sealer.open(sealed, place)).toBe("Doe^Jané");
    expect(sealer.seal("Doe^Jané", place)).not.toBe(sealed);
  });

  test.each([
    ["another row", { ...place, row: "r2" }],
    ["another column", { ...place, column: "name" }],
    ["another table", { ...place, table: "study_pseudonym" }],
  ])("does not open in %s", (_, elsewhere) => {
    expect(() => sealer.open(sealer.seal("Doe^Jane", place), elsewhere)).toThrow(SealedValueError);
  });

  test("that was changed in any byte, or cut, does not open", () => {
    const sealed = sealer.seal("Doe^Jane", place);
    const [head, id, text = ""] = sealed.split(".");
    const bytes = Buffer.from(text, "base64");
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      const value = `${head}.${id}.${changed.toString("base64")}`;
      expect(() => sealer.open(value, place), `byte ${at}`).toThrow(SealedValueError);
    }
    expect(() => sealer.open(sealed.slice(0, 30), place)).toThrow(SealedValueError);
  });

  test("of a secret before a change opens with that secret only", () => {
    const sealed = sealer.seal("Doe^Jane", place);
    const next = deriveSiteKeys(secretOf(2));
    expect(() => new Sealer(next).open(sealed, place)).toThrow(SealedValueError);
    expect(new Sealer(next, [keys]).open(sealed, place)).toBe("Doe^Jane");
  });
});
