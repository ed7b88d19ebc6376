// The second pass finds every canary that is put back into a clean copy: a check that cannot fail proves nothing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { StudyProof } from "../../plugins/deid-safeharbor/proof/verify.ts";
import { seededRandom } from "../../sdk/testing/seeded-random.ts";
import type { Canary } from "./canary-elements.ts";
import { cleanTwin, type LeakFile, leakCorpus, PSEUDONYM } from "./leak-corpus.ts";
import { bytes, items, type RawElement, text } from "./raw-dicom.ts";

const folder = mkdtempSync(join(tmpdir(), "deid-proof-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PIXELS = 0x7fe00010;
/** Looked for in pixels only when it cannot be there by chance. */
const LONG_ENOUGH = 8;

/** Ways a value may stay behind. */
const HIDEOUTS: readonly ((value: string) => RawElement)[] = [
  (value) => text(0x00204000, "LT", `seen ${value} on call`),
  (value) => text(0x00081030, "LO", value.toUpperCase()),
  (value) => bytes(0x00091010, "UN", Buffer.from(`\0\x01${value}\0`)),
  (value) =>
    bytes(0x00020102, "OB", Buffer.concat([Buffer.alloc(9, 7), Buffer.from(` ${value} `.padEnd(20))])),
  (value) => items(0x00400555, [items(0x0040a168, [text(0x00080119, "UC", `is ${value}`)])]),
  (value) => bytes(0xfffcfffc, "OB", Buffer.from(`${value} and more text`)),
  (value) => bytes(0x00420011, "OB", Buffer.from(value, "utf16le")),
  (value) => bytes(0x00420011, "OB", Buffer.from(value, "utf16le").swap16()),
  (value) => text(0x0040a160, "UT", Buffer.from(`name: ${value} `).toString("base64")),
  (value) =>
    bytes(
      PIXELS,
      "OB",
      Buffer.concat([Buffer.alloc(100, 7), Buffer.from(value), Buffer.alloc(512)]).subarray(0, 512),
    ),
];
const BASE64 = 8;
const IN_PIXELS = 9;

/** Descriptions may stay once they are cleaned: whole they prove nothing. */
const CLEANED = new RegExp(
  "^(RETIRED_)?(Acquisition(DeviceProcessingDescription|FieldOfViewLabel|ProtocolDescription)|ContrastBolusAgent|" +
    "(Contribution|Decomposition|Derivation|FilterLookupTable|ModifiedImage|MultienergyAcquisition|Study|Series|" +
    "PerformedProcedureStep|ScheduledProcedureStep|RequestedSeries|RespiratoryMotionCompensationTechnique)Description|" +
    "PositionAcquisitionTemplate(Name|Description)|ProtocolName|(Image|Study|Results)Comments|WaveformFilterDescription|" +
    "ReasonForTheImagingServiceRequest)$",
);
/** Seconds stay (A-082); bytes without text are told by their place, as a preamble is; makers' terms and codes may be any. */
const TOLD_OTHERWISE =
  /^(creator|a site's code|IconImageSequence|a maker's (LO|SH)|RETIRED_TemplateExtensionCreatorUID)|^preamble$/;
const NO_TEXT = new Set(["TM", "AS", "OB", "OW", "UN", ""]);
const isSought = ({ vr, name }: Canary, { how }: LeakFile) =>
  !NO_TEXT.has(vr) &&
  !TOLD_OTHERWISE.test(name) &&
  !CLEANED.test(name) &&
  // without a value representation a maker's text is a term like any other
  (how.explicit || !name.startsWith("a maker's"));

const isAscii = (value: string) => !/[^ -~]/.test(value);

function hideout(value: string, random: () => number): RawElement {
  for (;;) {
    const number = Math.floor(random() * HIDEOUTS.length);
    const fits =
      (number !== IN_PIXELS || value.length >= LONG_ENOUGH) &&
      (number !== BASE64 || (value.length >= 10 && !/^[\d.]+$/.test(value)));
    if (fits) return HIDEOUTS[number]!(value);
  }
}

describe("the second pass on a copy with one canary put back", () => {
  const corpus = leakCorpus();
  const write = (name: string, content: Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const newProof = () => new StudyProof({ pseudonym: PSEUDONYM, dates: "shift" });
  const findingsOf = (proof: StudyProof, file: LeakFile, hidden: readonly RawElement[]) => {
    const source = write("source.dcm", file.content);
    return proof.verify({ source, output: write("output.dcm", cleanTwin(file, hidden)) });
  };

  test("says nothing about the copy without one", () => {
    for (const file of corpus)
      expect({ file: file.name, findings: findingsOf(newProof(), file, []) }).toEqual({
        file: file.name,
        findings: [],
      });
  });

  test.each(corpus.map((file) => [file.name, file] as const))(
    "finds each of %s, wherever it is hidden",
    (_, file) => {
      const { uniform } = seededRandom(file.content.length);
      const canaries = file.canaries.filter((canary) => isSought(canary, file) && isAscii(canary.needle));
      expect(canaries.length).toBeGreaterThan(2);
      const proof = newProof();
      const missed = canaries.filter(({ needle, value = needle }) => {
        const findings = findingsOf(proof, file, [hideout(value, uniform)]);
        return !findings.some(({ kind }) => kind === "value-survives");
      });
      expect(missed.map(({ name, vr, place }) => `${name} ${vr} ${place}`)).toEqual([]);
    },
  );

  test("finds names of other alphabets in UTF-8 and in their own set", () => {
    for (const file of corpus.filter(({ name }) => name.startsWith("set-"))) {
      const { needle } = file.canaries.find(({ needle: one }) => !isAscii(one))!;
      for (const encoding of needle.length > 2 ? (["utf8", "utf16le"] as const) : (["utf8"] as const)) {
        const findings = findingsOf(newProof(), file, [
          bytes(0x00420011, "OB", Buffer.from(`by ${needle}`, encoding)),
        ]);
        expect({ file: file.name, found: findings.some(({ kind }) => kind === "value-survives") }).toEqual({
          file: file.name,
          found: true,
        });
      }
    }
  });
});
