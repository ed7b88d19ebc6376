// The manifest: what is changed after signing is found, whoever changed it, and it holds nothing of the source.
import { createHash, generateKeyPairSync } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SigningKey } from "@thalamus/sdk";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { checkManifest } from "./check-manifest.ts";
import { type ManifestAbout, ManifestWriter, settingsDigest, type WrittenManifest } from "./manifest.ts";
import { SCOPE } from "./manifest-lines.ts";
import { keyIdOf } from "./manifest-signature.ts";

const root = mkdtempSync(join(tmpdir(), "deid-manifest-"));
let folder: string;
let path: string;
let written: WrittenManifest;
const key = newKey();
const FILES = 40;

function newKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { privateKey, publicKeyPem, keyId: keyIdOf(publicKey) };
}

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const ABOUT: ManifestAbout = {
  createdAt: "2026-01-02T03:04:05.000Z",
  program: { name: "thalamus", version: "0.1.0" },
  ruleSet: { name: "PS3.15 Basic Profile and Safe Harbor", version: "2024e" },
  settingsSha256: settingsDigest({ b: 1, a: [2] }),
  patientPseudonym: "P-1",
  studyInstanceUid: "2.25.1",
  previousManifest: null,
};

async function write(target: string, about: ManifestAbout, count: number): Promise<WrittenManifest> {
  const writer = await ManifestWriter.open(join(target, "manifest.jsonl"), about);
  for (let number = 1; number <= count; number += 1) {
    const content = `file ${number}`;
    writeFileSync(join(target, `${number}.dcm`), content);
    await writer.add({
      path: `${number}.dcm`,
      sourceSha256: sha256(`source ${number}`),
      outputSha256: sha256(content),
      bytes: content.length,
      sopInstanceUid: `2.25.${number}`,
      masked: false,
      rules: { "A-078": 2, "PS3.15 X": number },
    });
  }
  return writer.finish(key);
}

beforeEach(async () => {
  folder = mkdtempSync(join(root, "study-"));
  path = join(folder, "manifest.jsonl");
  written = await write(folder, ABOUT, FILES);
});
afterAll(() => rmSync(root, { recursive: true }));

const codes = async (checks = {}) => (await checkManifest(path, checks)).problems.map(({ code }) => code);
const changeLine = (number: number, change: (line: string) => string) => {
  const lines = readFileSync(path, "utf8").split("\n");
  lines[number] = change(lines[number]!);
  writeFileSync(path, lines.join("\n"));
};

describe("A-077 a manifest as it was written", () => {
  test("holds, with its files, and says by which key that was told", async () => {
    const own = await checkManifest(path, { folder });
    expect(own).toMatchObject({
      valid: true,
      files: FILES,
      compared: FILES,
      key: { from: "manifest", id: key.keyId },
    });
    const given = await checkManifest(path, { publicKey: key.publicKeyPem });
    expect(given).toMatchObject({ valid: true, key: { from: "given" } });
    expect(given.sha256).toBe(written.sha256);
    expect(written).toMatchObject({ bytes: readFileSync(path).length, sha256: sha256(readFileSync(path)) });
  });

  test("says how much each rule changed, and that faces are out of scope", () => {
    const lines = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(FILES + 2);
    expect(lines[0]).toMatchObject({ scope: SCOPE, ruleSet: { version: "2024e" }, previousManifest: null });
    expect(lines.at(-1)).toMatchObject({ files: FILES, rules: { "A-078": 2 * FILES, "PS3.15 X": 820 } });
  });

  test("is chained to the one before it", async () => {
    const next = mkdtempSync(join(root, "next-"));
    await write(next, { ...ABOUT, previousManifest: written.sha256 }, 1);
    const file = join(next, "manifest.jsonl");
    expect(await checkManifest(file, { previousManifest: written.sha256 })).toMatchObject({
      valid: true,
    });
    const other = await checkManifest(file, { previousManifest: sha256("another") });
    expect(other.problems.map(({ code }) => code)).toEqual(["other-previous"]);
  });

  test("does not take more memory for ten thousand files", async () => {
    const large = mkdtempSync(join(root, "large-"));
    const writer = await ManifestWriter.open(join(large, "manifest.jsonl"), ABOUT);
    const entry = {
      sourceSha256: sha256("a"),
      outputSha256: sha256("b"),
      bytes: 1,
      masked: false,
      rules: { "A-078": 1 },
    };
    for (let number = 0; number < 10_000; number += 1) {
      await writer.add({ ...entry, path: `${number}.dcm`, sopInstanceUid: `2.25.${number}` });
    }
    const { bytes } = await writer.finish(key);
    expect(bytes).toBeGreaterThan(3_000_000);
    expect(await checkManifest(join(large, "manifest.jsonl"))).toMatchObject({ valid: true, files: 10_000 });
  });
});

describe("A-077 a manifest that was changed", () => {
  test.each([
    [
      "a checksum",
      5,
      (line: string) => line.replace(/"outputSha256":"./, '"outputSha256":"x'),
      ["chain-broken"],
    ],
    ["the header", 0, (line: string) => line.replace("P-1", "P-2"), ["chain-broken"]],
    [
      "the last file",
      FILES,
      (line: string) => line.replace('"masked":false', '"masked":true'),
      ["chain-broken"],
    ],
    ["the end", FILES + 1, (line: string) => line.replace('"A-078":80', '"A-078":81'), ["signature-wrong"]],
    ["a line left out", 7, () => "", ["chain-broken", "chain-broken", "counts-differ"]],
  ])("in %s is refused", async (_, line, change, problems) => {
    changeLine(line, change);
    expect(await codes()).toEqual(problems);
  });

  test("at its end is refused: cut off, or longer", async () => {
    const whole = readFileSync(path, "utf8");
    appendFileSync(path, '{"type":"file"}\n');
    expect(await codes()).toEqual(["chain-broken"]);
    writeFileSync(path, whole.split("\n").slice(0, 10).join("\n"));
    expect(await codes()).toEqual(["not-signed"]);
    writeFileSync(path, "");
    expect(await codes()).toEqual(["no-manifest"]);
    writeFileSync(path, "x".repeat(3_000_000));
    expect(await codes()).toEqual(["no-manifest"]);
  });

  test("and signed again by somebody else is found out with the site's own key only", async () => {
    const other = mkdtempSync(join(root, "other-"));
    const forger = newKey();
    const writer = await ManifestWriter.open(join(other, "manifest.jsonl"), ABOUT);
    await writer.finish(forger);
    path = join(other, "manifest.jsonl");
    expect(await checkManifest(path)).toMatchObject({
      valid: true,
      key: { from: "manifest", id: forger.keyId },
    });
    expect(await codes({ publicKey: key.publicKeyPem })).toEqual(["other-key"]);
    expect(await codes({ publicKey: "no key" })).toEqual(["other-key"]);
  });
});

describe("A-076 the folder of a copy", () => {
  test("must hold just the files of the manifest, as they were written", async () => {
    writeFileSync(join(folder, "3.dcm"), "another");
    rmSync(join(folder, "4.dcm"));
    mkdirSync(join(folder, "more"));
    writeFileSync(join(folder, "more/5.dcm"), "file 5");
    const { problems } = await checkManifest(path, { folder });
    expect(problems.map(({ text }) => text)).toEqual([
      "3.dcm is not as it was written.",
      "4.dcm is missing.",
      "more/5.dcm is not in the manifest.",
    ]);
  });

  test("is never left through a path in the manifest", async () => {
    changeLine(2, (line) => line.replace('"path":"2.dcm"', '"path":"../../etc/hostname"'));
    expect(await codes({ folder })).toEqual(["path-outside", "chain-broken", "file-unexpected"]);
  });
});
