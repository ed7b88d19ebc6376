// The privacy interlock at the files: a plugin that sends studies out gets no path of what was received.
import { describe, expect, test } from "vitest";
import type { FileTrees } from "./file-trees.ts";
import { pathFor } from "./reader.ts";

const trees = {
  received: "/d/received",
  deidentified: "/d/deidentified",
  results: "/d/results",
} as FileTrees;

describe("the trees of files", () => {
  test("are open to plugins inside the house", () => {
    expect(pathFor("inside", trees, "received", "ab/c.dcm")).toBe("/d/received/ab/c.dcm");
    expect(pathFor("inside", trees, "results", "ab/c.pdf")).toBe("/d/results/ab/c.pdf");
  });

  test("A-072 are closed to plugins that send studies out, but for the de-identified one", () => {
    expect(pathFor("outbound", trees, "deidentified", "ab/c.dcm")).toBe("/d/deidentified/ab/c.dcm");
    for (const tree of ["received", "results"] as const) {
      expect(() => pathFor("outbound", trees, tree, "ab/c.dcm")).toThrow(`tree of ${tree} files is closed`);
    }
  });

  test.each(["../received/ab/c.dcm", "/d/received/ab/c.dcm", "ab/../../received/c.dcm", "", "."])(
    "are not left by the path %j",
    (path) => {
      expect(() => pathFor("outbound", trees, "deidentified", path)).toThrow("leaves the tree");
    },
  );
});
