// Where an update stands: legal moves only, and one end, whoever is quicker.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UPDATE_PHASES, UpdateFile, type UpdatePhase, type UpdateState } from "./update-state.ts";

let folder: string;
let file: UpdateFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "thalamus-update-"));
  file = new UpdateFile(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = "2026-12-01T00:00:00Z";
const state = (phase: UpdatePhase, id = "one"): UpdateState => ({
  ...{ id, phase, from: "0.1.0", to: "0.2.0", updater: "systemd", startedBy: "admin" },
  ...{ startedAt: at, changedAt: at, message: "", limitSeconds: 10 },
});
const LEGAL = [
  ...[
    "pending pending",
    "pending switching",
    "pending failed",
    "switching verifying",
    "switching rolled-back",
  ],
  ...["verifying verifying", "verifying done", "verifying rolled-back"],
  ...["done done", "rolled-back rolled-back", "failed failed"],
];

describe("the state of an update", () => {
  test("A-277 moves as the table says, and no other way", async () => {
    const moved: string[] = [];
    for (const from of UPDATE_PHASES) {
      for (const to of UPDATE_PHASES) {
        rmSync(join(folder, "state.json"), { force: true });
        await file.begin(state(from));
        if (await file.move("one", to)) moved.push(`${from} ${to}`);
        else expect(file.read()?.phase).toBe(from);
      }
    }
    expect(moved.toSorted()).toEqual(LEGAL.toSorted());
  });

  test("there is one update at a time, and the next one when it is over", async () => {
    expect(file.read()).toBeUndefined();
    expect(await file.begin(state("pending"))).toBe(true);
    expect(await file.begin(state("pending", "two"))).toBe(false);
    expect(await file.move("two", "failed")).toBeUndefined();
    await file.move("one", "failed", { message: "No." });
    expect(await file.begin(state("pending", "two"))).toBe(true);
    expect(new UpdateFile(folder).read()).toMatchObject({ id: "two", phase: "pending" });
  });

  test("of the hub that says it works and the watchdog that gives it up one is heard", async () => {
    for (let round = 0; round < 20; round += 1) {
      rmSync(join(folder, "state.json"), { force: true });
      await file.begin(state("verifying"));
      const both = [
        new UpdateFile(folder).move("one", "done"),
        new UpdateFile(folder).move("one", "rolled-back"),
      ];
      const ends = await Promise.all(both);
      expect(ends.filter((end) => end !== undefined)).toHaveLength(1);
      expect(file.read()?.phase).toBe(ends.find((end) => end !== undefined)?.phase);
    }
    expect(readdirSync(folder)).toEqual(["state.json"]);
  });
});
