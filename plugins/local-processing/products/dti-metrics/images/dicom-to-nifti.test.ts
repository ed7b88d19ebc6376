// What becomes of a conversion that does not work: the study is not blamed for it, and one bad series not for all.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { EXIT, endingOf } from "../contract/refusal.ts";
import { encodeDicomSeries } from "../testing/dicom-series.ts";
import { makeTable, wovenPhantom } from "../testing/woven-phantom.ts";
import { convertSeries, type DicomSeries, findDicomSeries } from "./dicom-to-nifti.ts";

const folder = mkdtempSync(join(tmpdir(), "dicom-to-nifti-"));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = { nativeConverter: undefined, onChild: () => {} };
const large = { expectedBytes: 2e9 };

function writtenSeries(): DicomSeries {
  const table = makeTable([0, 1], [1000, 6]);
  const files = Object.entries(encodeDicomSeries(wovenPhantom(table, { edge: 6 }), table)).map(
    ([name, data]) => {
      const path = join(folder, name);
      writeFileSync(path, data);
      return path;
    },
  );
  return findDicomSeries(files)[0]!;
}

test("a converter that cannot run is an error of the program, not of the study", async () => {
  const series = writtenSeries();
  const gone = { ...series, files: [join(folder, "gone.dcm")] };
  const error = await convertSeries(gone, join(folder, "gone"), settings).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(endingOf(error)).toMatchObject({ exitCode: EXIT.internal, code: "INTERNAL" });
});

test("a native converter that is not there is an error of the program, too", async () => {
  const series = { ...writtenSeries(), ...large };
  const nowhere = { ...settings, nativeConverter: join(folder, "no-such-program") };
  const error = await convertSeries(series, join(folder, "nowhere"), nowhere).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  expect(endingOf(error)).toMatchObject({ exitCode: EXIT.internal });
});

test("a converter that fails on a series without a word refuses that series", async () => {
  const series = { ...writtenSeries(), ...large };
  const failing = { ...settings, nativeConverter: "/bin/false" };
  const converting = convertSeries(series, join(folder, "failing"), failing);
  await expect(converting).rejects.toMatchObject({ code: "CONVERSION_FAILED" });
});

test("files without a usable image give none", async () => {
  const path = join(folder, "text.dcm");
  writeFileSync(path, "no image at all");
  const series = { ...writtenSeries(), files: [path] };
  expect(await convertSeries(series, join(folder, "text"), settings)).toEqual([]);
});
