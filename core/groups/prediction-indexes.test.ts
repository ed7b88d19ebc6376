// The table of a group's report, as CSV that spreadsheets and parsers read alike.
import { describe, expect, test } from "vitest";
import { indexTable, tableAsCsv } from "./prediction-indexes.ts";
import { fileNameProblem, reportFileName } from "./report-name.ts";
import type { ReportRow } from "./report-rows.ts";

const row = (more: Partial<ReportRow> = {}): ReportRow => ({
  ...{ studyId: "s1", identifier: "", product: "dti-metrics", productVersion: "1.0.0", status: "delivered" },
  ...{ failureCode: undefined, indexes: [] },
  ...more,
});

describe("A-161 Prediction Indexes", () => {
  test("A-161 has a column for every index of every product, units apart, and a row for each study and product", () => {
    const table = indexTable(
      [
        row({
          indexes: [
            { name: "FA", value: 0.43, unit: "1" },
            { name: "MD", value: -0.8, unit: "um2/ms" },
          ],
        }),
        row({
          product: "other",
          indexes: [
            { name: "MD", value: 800, unit: "mm2/Ms" },
            { name: "FA", value: null, unit: "1" },
          ],
        }),
        row({ studyId: "s2", status: "failed", failureCode: "product.unsuitable" }),
        row({ studyId: "s3", product: undefined, productVersion: undefined, status: "held" }),
      ],
      "hub-id",
    );
    expect(tableAsCsv(table).split("\r\n")).toEqual([
      "study,product,product_version,status,failure_code,FA,MD [um2/ms],MD [mm2/Ms]",
      "s1,dti-metrics,1.0.0,delivered,,0.43,-0.8,",
      "s1,other,1.0.0,delivered,,,,800",
      "s2,dti-metrics,1.0.0,failed,product.unsuitable,,,",
      "s3,,,held,,,,",
      "",
    ]);
  });

  test("texts that would be formulas are made harmless, and quotes, commas and line ends stay inside their cell", () => {
    const evil = ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", " =1", '"a",b\r\nc'];
    const lines = tableAsCsv(
      indexTable(
        evil.map((identifier) => row({ identifier })),
        "study-name",
      ),
    );
    const cells = [...lines.matchAll(/^s1,("(?:[^"]|"")*"|[^,]*),dti-metrics/gm)].map(([, cell]) => cell);
    expect(cells).toEqual([
      ...["'=cmd|' /C calc'!A0", "'+1", "'-2+3", "'@SUM(A1)", "'\t=1", "' =1"],
      '"""a"",b\r\nc"',
    ]);
  });
});

describe("A-162 the name of the file", () => {
  const at = new Date("2026-03-01T23:30:00Z");

  test("A-162 is filled in from the template, with the date where the clock hangs", () => {
    expect(reportFileName("{group_name} {report_type} {date}", "Trial 7", at, "Europe/Berlin")).toBe(
      "Trial 7 Prediction Indexes 2026-03-02.csv",
    );
    expect(reportFileName("{date}.CSV", "x", at, "UTC")).toBe("2026-03-01.csv");
  });

  test("holds nothing that a file system or a header would read as something else", () => {
    expect(reportFileName("{group_name}", '../Zürich: \r\n"a"/b\\c', at, "UTC")).toBe("_Zürich_ _a__b_c.csv");
    expect(reportFileName("{group_name}", "{date}", at, "UTC"), "a value is no template").toBe("_date_.csv");
    expect([...reportFileName("{group_name}", "é".repeat(500), at, "UTC")].length).toBe(104);
  });

  test("a template that names something else, or nothing, is refused in words", () => {
    expect(fileNameProblem("{group_name} {date}")).toBeUndefined();
    expect(fileNameProblem("{patient}")).toMatch(/There is no \{patient\}/);
    expect(fileNameProblem("{date")).toMatch(/stands alone/);
    expect(fileNameProblem(" . ")).toMatch(/no name/);
  });
});
