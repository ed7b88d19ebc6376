// A release: what it is, and the proof that whoever makes releases has made it.
import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { UpdateRefusal } from "./update-refusal.ts";

const sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const sealed = { additionalProperties: false };
const File = (description: string) =>
  Type.Object(
    {
      url: Type.Optional(
        Type.String({ minLength: 1, maxLength: 2000, description: "Relative to the feed, or absolute" }),
      ),
      bytes: Type.Integer({ minimum: 1 }),
      sha256,
    },
    { ...sealed, description },
  );

export const Release = Type.Object(
  {
    version: Type.String({ pattern: "^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$", maxLength: 64 }),
    date: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
    notes: Type.String({ maxLength: 20_000, description: "What is new, as plain text" }),
    byHand: Type.Optional(
      Type.Boolean({
        description:
          "The version of before cannot use the database that this one leaves, so that there would be no way back",
      }),
    ),
    bytes: Type.Integer({ minimum: 0, description: "About how much is downloaded" }),
    archive: Type.Optional(File("The whole release as .tar.gz, for systemd")),
    images: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ pattern: "^[a-z0-9][a-z0-9._:/-]{0,200}$" }),
            tag: Type.String({ pattern: "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$" }),
            digest: Type.String({ pattern: "^sha256:[0-9a-f]{64}$" }),
          },
          sealed,
        ),
        { maxItems: 20 },
      ),
    ),
    imageArchive: Type.Optional(
      File("The images in a file that docker load reads, for machines without a registry"),
    ),
  },
  sealed,
);
export type Release = Static<typeof Release>;

/** A release with its signature: Ed25519, base64. */
export interface SignedRelease {
  readonly release: unknown;
  readonly signature?: unknown;
}

/** What it is signed for stands before it, so that a signature for something else is none for a release. */
const PURPOSE = "thalamus-release/1\n";

/** Undefined when it is none. @param text PEM, or base64 of DER (SPKI) */
export function parsePublicKey(text: string): KeyObject | undefined {
  try {
    const key = text.includes("-----BEGIN")
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** @throws UpdateRefusal `update.unsigned`, `update.malformed` */
export function verifiedRelease({ release, signature }: SignedRelease, key: KeyObject): Release {
  const proven =
    typeof signature === "string" &&
    verify(null, signedBytes(release), key, Buffer.from(signature, "base64"));
  if (!proven) {
    const message = "A release is not signed, or not with the key of the configuration. It was not taken.";
    throw new UpdateRefusal("update.unsigned", message);
  }
  if (!Check(Release, release))
    throw new UpdateRefusal("update.malformed", "A signed release is not in the form that this hub reads.");
  return release;
}

export function signRelease(release: Release, privateKey: KeyObject): string {
  return sign(null, signedBytes(release), privateKey).toString("base64");
}

const signedBytes = (release: unknown): Buffer => Buffer.from(PURPOSE + canonical(release), "utf8");

/** The same text whatever order the fields came in. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(",")}}`;
}

/** Negative when the first one is older (semver.org 2.0.0, 11). */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.before === b.before) return 0;
  if (a.before === "" || b.before === "") return a.before === "" ? 1 : -1;
  return compareBefore(a.before.split("."), b.before.split("."));
}

function partsOf(version: string): Parts {
  const [core = "", ...rest] = version.split("+")[0]!.split("-");
  return { numbers: core.split(".").map(Number), before: rest.join("-") };
}

interface Parts {
  readonly numbers: readonly number[];
  readonly before: string;
}

function compareBefore(one: readonly string[], other: readonly string[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [a, b] = [one[index], other[index]];
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    if (a === b) continue;
    const [isA, isB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (isA && isB) return Number(a) - Number(b);
    if (isA !== isB) return isA ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return 0;
}
