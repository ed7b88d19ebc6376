// Files that are thrown away come back whole, or are gone, wherever a crash comes.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FileTrees, openFileTrees } from "../files/file-trees.ts";
import { Trash } from "./trash.ts";

let folder: string;
let trees: FileTrees;
let trash: Trash;
let paths: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "thalamus-trash-"));
  trees = openFileTrees(folder);
  trash = new Trash(trees);
  mkdirSync(join(trees.received, "ab/abcd"), { recursive: true });
  paths = ["ab/abcd/1.dcm", "ab/abcd/2.dcm"].map((name) => join(trees.received, name));
  for (const path of paths) writeFileSync(path, path, { mode: 0o400 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const asBefore = () => paths.every((path) => existsSync(path) && readFileSync(path, "utf8") === path);

test("files and the folders they leave empty are gone, and come back as they were", async () => {
  await trash.take("one", [...paths, join(trees.received, "not/there.dcm")]);
  expect(readdirSync(trees.received)).toEqual([]);
  expect(existsSync(trees.received)).toBe(true);
  await trash.putBack("one");
  expect(asBefore()).toBe(true);
  expect(await trash.ids()).toEqual([]);
});

test("a folder that holds something else stays", async () => {
  const other = join(trees.received, "ab/abcd/3.dcm");
  writeFileSync(other, "of another study");
  await trash.take("one", paths);
  expect(readdirSync(join(trees.received, "ab/abcd"))).toEqual(["3.dcm"]);
});

test("what was half taken comes back, and so does nothing twice", async () => {
  await trash.take("one", paths);
  // as a crash after the first of two files leaves it
  mkdirSync(join(trees.received, "ab/abcd"), { recursive: true });
  writeFileSync(paths[1]!, paths[1]!);
  rmSync(join(trees.trash, "one/1"));
  await trash.putBack("one");
  await trash.putBack("one");
  expect(asBefore()).toBe(true);
});

test("a list that a power cut left torn moved nothing, so nothing comes back", async () => {
  mkdirSync(join(trees.trash, "torn"));
  writeFileSync(join(trees.trash, "torn/paths.json"), '["received/ab/ab');
  await trash.putBack("torn");
  expect(asBefore()).toBe(true);
  expect(await trash.ids()).toEqual([]);
});

test("nothing outside the trees can be thrown away", async () => {
  await expect(trash.take("one", [folder])).rejects.toThrow("outside the trees");
  expect(asBefore()).toBe(true);
});
