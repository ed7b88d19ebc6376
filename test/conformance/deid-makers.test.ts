// The deid command on series of all makers: the same images and gradients as before, a manifest that holds, valid objects.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hasTool, runTool } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { enhancedFile } from "../../plugins/deid-safeharbor/testing/enhanced-image.ts";
import {
  type MakerSeries,
  madeSeries,
  realSeries,
} from "../../plugins/deid-safeharbor/testing/maker-series.ts";

const TOOLS = ["dcm2niix", "dciodvfy"];
const missing = TOOLS.filter((tool) => !hasTool(tool));
const WHY_NOT = missing.length === 0 ? "" : ` (skipped: ${missing.join(" and ")} not installed)`;
const folder = mkdtempSync(join(tmpdir(), "deid-makers-"));
const key = join(folder, "site.key");
afterAll(() => rmSync(folder, { recursive: true }));

const enhanced = ["SIEMENS", "Philips Medical Systems"].map((maker): MakerSeries => {
  const write = async (target: string) => {
    mkdirSync(target);
    writeFileSync(join(target, "x.dcm"), enhancedFile(maker));
  };
  return { maker: `enhanced ${maker}`, write, traces: /QZXVKW|QZX\^VKW|\b20240412/ };
});
/** Numbers whole, since new UIDs hold any digits. */
const SERIES = [
  realSeries("Siemens mosaic", "siemens-mosaic", /\b67060\b|Prisma Health|Rorden|1\.3\.12\.2\.1107/),
  realSeries("United Imaging", "uih", /\b120015\b|UIHMR|1\.2\.156\.112605/),
  ...madeSeries(),
  ...enhanced,
];

const run = (tool: string, ...args: string[]) =>
  spawnSync(process.execPath, [`tools/${tool}`, ...args], { encoding: "utf8" });

const filesUnder = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
const objectsUnder = (path: string): string[] => filesUnder(path).filter((name) => name.endsWith(".dcm"));

/** Image, b values and directions by the name that dcm2niix gives the series. */
function converted(dicom: string, target: string): ReadonlyMap<string, string> {
  mkdirSync(target);
  const { status, output } = runTool("dcm2niix", "-f", "series%s", "-b", "n", "-o", target, dicom);
  if (status !== 0) throw new Error(`dcm2niix ended with ${status}: ${output}`);
  const names = readdirSync(target).toSorted();
  return new Map(names.map((name) => [name, readFileSync(join(target, name)).toString("base64")]));
}

/** Kinds of errors, without the values in them. */
const errorsOf = (file: string): Set<string> =>
  new Set(
    runTool("dciodvfy", file)
      .output.split("\n")
      .filter((line) => line.startsWith("Error"))
      .map((line) => line.replace(/<[^>]*>|InstanceUID \S+|[\d.]{8,}/g, "")),
  );

describe.skipIf(WHY_NOT !== "").each(SERIES)(
  `the deid command on $maker${WHY_NOT}`,
  ({ maker, write, traces }) => {
    const noData = write === undefined ? " (skipped: the real data is not there)" : "";
    const source = join(folder, maker.replaceAll(" ", "-"));
    const out = `${source}-out`;

    test.skipIf(noData !== "")(`X-030 A-072 converts to the same image, bval and bvec${noData}`, async () => {
      await write!(source);
      const { status, stdout, stderr } = run(
        "deid.mjs",
        "--in",
        source,
        "--out",
        out,
        "--key",
        key,
        "--json",
      );
      expect({ status, stderr: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, stderr: "" });
      expect(objectsUnder(out)).toHaveLength(objectsUnder(source).length);
      const [before, after] = [converted(source, `${source}-nii`), converted(out, `${out}-nii`)];
      expect([...after.keys()]).toEqual([...before.keys()]);
      expect([...before.keys()].filter((name) => /\.(bval|bvec|nii)$/.test(name))).toHaveLength(3);
      for (const [name, content] of before)
        expect({ name, same: after.get(name) === content }).toMatchObject({ same: true });
    });

    test.skipIf(noData !== "")(`A-077 has a manifest that holds, and no trace of the source${noData}`, () => {
      const files = filesUnder(out);
      const manifest = files.find((path) => path.endsWith("manifest.jsonl"))!;
      const publicKey = files.find((path) => path.endsWith("site-public-key.pem"))!;
      const said = run("verify-manifest.ts", manifest, "--folder", dirname(manifest), "--key", publicKey);
      expect({ status: said.status, said: said.stdout }).toMatchObject({ status: 0 });
      expect(said.stdout).toContain("Everything holds.");
      const original = objectsUnder(source).map((file) => readFileSync(file, "latin1"));
      expect(original.some((text) => traces.test(text))).toBe(true);
      const leaks = files.filter((file) =>
        traces.test(file.slice(out.length) + readFileSync(file, "latin1")),
      );
      expect(leaks).toEqual([]);
    });

    test.skipIf(noData !== "")(`has no error by dciodvfy that its source has not${noData}`, () => {
      const known = new Set(objectsUnder(source).flatMap((file) => [...errorsOf(file)]));
      const fresh = new Set(objectsUnder(out).flatMap((file) => [...errorsOf(file)]));
      expect([...fresh].filter((line) => !known.has(line))).toEqual([]);
    });
  },
);
