// The phantom study must be the same each time, and outside tools must find in it what the truth says.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFileHeader, Tag } from "../dicom/index.ts";
import { type DwiPhantom, writeDwiPhantom } from "./dwi-phantom.ts";
import { hasTool, runTool } from "./real-data.ts";

let folder: string;
let phantom: DwiPhantom;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwi-phantom-"));
  phantom = await writeDwiPhantom(join(folder, "study"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("the diffusion phantom", () => {
  it("has the volume of a head and files below 25 KB", () => {
    expect(phantom.files).toHaveLength(13 * 24);
    expect(phantom.truth.headMl).toBeGreaterThan(1300);
    expect(phantom.truth.headMl).toBeLessThan(1400);
    expect(Math.max(...phantom.files.map((file) => readFileSync(file).length))).toBeLessThan(25_000);
  });

  it("is the same for the same seed and another for another", async () => {
    const options = { matrix: 16, slices: 2, directions: 6 };
    const write = (name: string, seed: number) => writeDwiPhantom(join(folder, name), { ...options, seed });
    const [first, second, third] = [await write("a", 5), await write("b", 5), await write("c", 6)];
    const bytes = (one: DwiPhantom) => Buffer.concat(one.files.map((file) => readFileSync(file)));
    expect(bytes(first)).toEqual(bytes(second));
    expect(first.studyInstanceUid).not.toBe(third.studyInstanceUid);
  });

  it("carries its options and its canaries in every header", async () => {
    const identity = { patientName: "OTHER^PHANTOM", patientSex: "M" };
    const { files, truth } = await writeDwiPhantom(join(folder, "d"), {
      matrix: 16,
      slices: 2,
      shells: [700, 1400],
      directions: 6,
      b0Volumes: 2,
      identity,
    });
    expect(files).toHaveLength((2 + 12) * 2);
    expect(truth.bValues).toEqual([0, 0, ...Array(6).fill(700), ...Array(6).fill(1400)]);
    const { dataset } = await readFileHeader(files.at(-1)!);
    expect(dataset.text(Tag.PatientName)).toBe("OTHER^PHANTOM");
    expect(dataset.numbers(Tag.DiffusionBValue)).toEqual([1400]);
    const bytes = readFileSync(files[0]!).toString("latin1");
    for (const canary of truth.canaries) expect(bytes).toContain(canary);
  });

  it.skipIf(!hasTool("dciodvfy"))("has no error for dciodvfy, weighted or not", () => {
    for (const file of [phantom.files[0]!, phantom.files[100]!]) {
      const { output } = runTool("dciodvfy", file);
      expect(output).toContain("MRImage");
      expect(output).not.toMatch(/^Error/m);
    }
  });

  it("becomes one 4-D series with the right b values and directions in dcm2niix", async () => {
    const { names, text, log } = await convert(phantom.files);
    expect(names.filter((name) => name.endsWith(".nii"))).toHaveLength(1);
    expect(log).toContain("(96x96x24x13)");
    expect(log).not.toContain("Warning");
    expect(rows(text(".bval"))[0]).toEqual(phantom.truth.bValues);
    const found = rows(text(".bvec"));
    for (const [volume, expected] of phantom.truth.fslDirections.entries()) {
      for (const axis of [0, 1, 2]) expect(found[axis]?.[volume]).toBeCloseTo(expected[axis]!, 4);
    }
  });
});

const rows = (text: string): number[][] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));

/** The part of an Emscripten module that is used. */
interface Dcm2niix {
  readonly FS: {
    mkdir(path: string): void;
    writeFile(path: string, bytes: Uint8Array): void;
    readdir(path: string): string[];
    readFile(path: string): Uint8Array;
  };
  callMain(args: readonly string[]): number;
}

async function convert(files: readonly string[]) {
  const entry = import.meta.resolve("@niivue/dcm2niix");
  const module = (await import(new URL("./dcm2niix.js", entry).href)) as {
    default(options: object): Promise<Dcm2niix>;
  };
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const { FS, callMain } = await module.default({ print, printErr: print, noInitialRun: true });
  FS.mkdir("/in");
  FS.mkdir("/out");
  for (const [index, file] of files.entries()) FS.writeFile(`/in/${index}.dcm`, readFileSync(file));
  callMain(["-b", "n", "-z", "n", "-f", "series", "-o", "/out", "/in"]);
  const names = FS.readdir("/out").filter((name) => !name.startsWith("."));
  const text = (extension: string): string => {
    const name = names.find((one) => one.endsWith(extension));
    return name ? Buffer.from(FS.readFile(`/out/${name}`)).toString("latin1") : "";
  };
  return { names, text, log: lines.join("\n") };
}
