// The arithmetic of free space: marks, the way back, and objects whose size nobody knows beforehand.
import { describe, expect, test } from "vitest";
import { SpaceAccount, type SpaceState } from "./space-account.ts";
import { GRANT_BYTES, SpaceGrant } from "./space-grant.ts";

const MB = 1_000_000;

function accountWith(warnBelow: number, keepFree: number) {
  const moves: string[] = [];
  const moved = (state: SpaceState, before: SpaceState) => moves.push(`${before} to ${state}`);
  const account = new SpaceAccount({ warnBelow, keepFree }, moved);
  const look = (free: number) => account.endLook(free, account.beginLook());
  return { account, moves, look };
}

describe("the state of the disk", () => {
  test("moves once at each mark and comes back only with a tenth more", () => {
    const { account, moves, look } = accountWith(500 * MB, 100 * MB);
    for (const free of [600, 501, 499, 450, 505, 99, 105, 99, 111, 540, 551, 505]) look(free * MB);
    expect(moves).toEqual(["ample to low", "low to full", "full to low", "low to ample"]);
    expect(account.state).toBe("ample");
  });

  test("a high mark below the low one counts as the low one", () => {
    const { account, look } = accountWith(10 * MB, 100 * MB);
    look(101 * MB);
    expect([account.state, account.marks.warnBelow]).toEqual(["ample", 100 * MB]);
  });

  test("with marks of 0 nothing is warned of or refused", () => {
    const { account, look } = accountWith(0, 0);
    look(0);
    expect([account.state, account.admit(5 * MB), account.admitStep("a", 5 * MB)]).toEqual([
      "ample",
      true,
      true,
    ]);
  });
});

describe("objects between two looks", () => {
  test("many at once get no more than there is above the low mark, however much each of them sends", () => {
    const { account, look } = accountWith(0, 100 * MB);
    look(150 * MB);
    const grants = Array.from({ length: 16 }, () => SpaceGrant.open(account));
    let written = 0;
    const open = new Set(grants.filter((grant) => grant !== undefined));
    while (open.size > 0) {
      for (const grant of open) {
        if (grant.take(100_000)) written += 100_000;
        else open.delete(grant);
      }
    }
    expect(written).toBeGreaterThan(50 * MB - 17 * GRANT_BYTES);
    expect(written).toBeLessThanOrEqual(50 * MB);
    // what was written stays written until the next look, whoever has ended
    for (const grant of grants) grant?.end();
    expect(account.available).toBe(150 * MB - written);
  });

  test("what was not needed is given back, and a look counts what is on the disk once", () => {
    const { account, look } = accountWith(0, 100 * MB);
    look(200 * MB);
    const grant = SpaceGrant.open(account)!;
    for (let piece = 0; piece < 30; piece += 1) grant.take(1 * MB);
    look(200 * MB - 29 * MB);
    expect(account.available).toBeLessThanOrEqual(170 * MB);
    grant.end();
    grant.end();
    look(170 * MB);
    expect(account.available).toBe(170 * MB);
  });

  test("what is written while a look is going on is not forgotten", () => {
    const { account } = accountWith(0, 10 * MB);
    const before = account.beginLook();
    const grant = SpaceGrant.open(account)!;
    grant.take(400_000);
    grant.end();
    account.endLook(100 * MB, before);
    expect(account.available).toBe(100 * MB - 400_000);
  });

  test("an object that is too large is refused alone, smaller ones go on", () => {
    const { account, look } = accountWith(0, 100 * MB);
    look(110 * MB);
    const large = SpaceGrant.open(account)!;
    let fits = true;
    for (let piece = 0; fits && piece < 100; piece += 1) fits = large.take(1 * MB);
    expect(fits).toBe(false);
    large.end();
    // it was removed
    look(110 * MB);
    expect(account.state).toBe("ample");
    expect(SpaceGrant.open(account)).toBeDefined();
  });

  test("when none fits any more the disk is full until there is a tenth more than the low mark", () => {
    const { account, look, moves } = accountWith(0, 100 * MB);
    look(100 * MB + GRANT_BYTES - 1);
    expect(SpaceGrant.open(account)).toBeUndefined();
    look(105 * MB);
    expect(SpaceGrant.open(account)).toBeUndefined();
    look(112 * MB);
    expect(SpaceGrant.open(account)).toBeDefined();
    expect(moves).toEqual(["ample to full", "full to ample"]);
  });
});

test("steps are let in as long as the studies of all of them fit, and receiving goes before them", () => {
  const { account, look } = accountWith(0, 100 * MB);
  look(150 * MB);
  expect(["a", "b", "a"].map((id) => account.admitStep(id, 30 * MB))).toEqual([true, false, true]);
  expect(account.admit(40 * MB)).toBe(true);
  account.stepEnded("a");
  expect(account.admitStep("b", 30 * MB)).toBe(false);
  account.giveBack(40 * MB);
  expect(account.admitStep("b", 30 * MB)).toBe(true);
});
