// Nothing planted in a study survives de-identification: not in the copies, not in what is said about them.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasTool } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ManifestWriter, settingsDigest } from "../../plugins/deid-safeharbor/proof/manifest.ts";
import { keyIdOf } from "../../plugins/deid-safeharbor/proof/manifest-signature.ts";
import { findingText, StudyProof } from "../../plugins/deid-safeharbor/proof/verify.ts";
import { readingsOf, survivors } from "./canary-search.ts";
import { type DeidentifiedCorpus, deidentifyCorpus } from "./deidentified-corpus.ts";
import { leakCorpus } from "./leak-corpus.ts";

const folder = mkdtempSync(join(tmpdir(), "deid-leak-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Times of day stay while dates are shifted. */
const isTime = (vr: string) => vr === "TM";

describe.each([
  { shiftDates: true, name: "shifted" },
  { shiftDates: false, name: "removed" },
])("A-070 X-032 a study full of canaries, its dates $name", ({ shiftDates, name }) => {
  let corpus: DeidentifiedCorpus;
  const kept = (vr: string) => shiftDates && isTime(vr);

  beforeAll(async () => {
    corpus = await deidentifyCorpus(join(folder, name), leakCorpus(), { shiftDates });
  });

  test("holds more than five thousand of them, and all can be found in the sources", () => {
    const all = corpus.files.flatMap(({ file }) => file.canaries);
    expect(all.length).toBeGreaterThan(5000);
    for (const { file, source } of corpus.files.filter(({ file: { name: one } }) => one.startsWith("flat"))) {
      const found = survivors(file.canaries, readingsOf(source, hasTool("dcmdump")));
      expect(found).toHaveLength(file.canaries.length);
    }
  });

  test("comes out without one: in the bytes, inflated, in UTF-16 and as dcmtk decodes it", () => {
    const leaks = corpus.files.flatMap(({ file, output }) => {
      const canaries = file.canaries.filter(({ vr }) => !kept(vr));
      return survivors(canaries, readingsOf(output, hasTool("dcmdump"))).map(
        (leak) => `${file.name}: ${leak}`,
      );
    });
    expect(leaks).toEqual([]);
  });

  test("is reported and entered in the manifest without one", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const path = join(folder, name, "manifest.jsonl");
    const writer = await ManifestWriter.open(path, {
      createdAt: "2026-01-02T03:04:05.000Z",
      program: { name: "thalamus", version: "0.1.0" },
      ruleSet: { name: "PS3.15", version: "2024e" },
      settingsSha256: settingsDigest({}),
      patientPseudonym: corpus.options.pseudonym.patientId,
      studyInstanceUid: "2.25.1",
      previousManifest: null,
    });
    for (const { file, report } of corpus.files) {
      const { sourceSha256, outputSha256, bytes, sopInstanceUid } = JSON.parse(report);
      await writer.add({
        path: file.name,
        sourceSha256,
        outputSha256,
        bytes,
        sopInstanceUid,
        masked: false,
        rules: {},
      });
    }
    const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
    await writer.finish({ privateKey, publicKeyPem, keyId: keyIdOf(publicKey) });
    // the names of the corpus are not what a site would have
    const said = [readFileSync(path, "utf8"), ...corpus.files.map(({ report }) => report)]
      .join("\n")
      .toLowerCase();
    const canaries = corpus.files.flatMap(({ file }) => file.canaries);
    expect(survivors(canaries, { bytes: [], texts: [said] })).toEqual([]);
  });

  test("is proven clean by the second pass", () => {
    const proof = new StudyProof(corpus.options);
    const findings = corpus.files.flatMap(({ file, source, output }) =>
      proof.verify({ source, output }).map((finding) => `${file.name}: ${findingText(finding)}`),
    );
    expect(findings).toEqual([]);
    expect(proof.finish()).toEqual([]);
  });
});
