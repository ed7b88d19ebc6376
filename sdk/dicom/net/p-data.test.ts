// How long a fragment may be, for every maximum a peer may announce.
import { describe, expect, it } from "vitest";
import { encodeCommand, longestFragment } from "./p-data.ts";
import { VERIFICATION } from "./well-known-uids.ts";

describe("the longest fragment", () => {
  it.each([
    [8, 2],
    [16_384, 16_378],
    [16_385, 16_378],
    [0x7fffffff, 0x7fffffff - 7],
    [0x80000006, 0x80000000],
    [0xffffffff, 0xfffffff8],
  ])("for a maximum of %i bytes is %i", (maximum, longest) => {
    expect(longestFragment(maximum)).toBe(longest);
  });

  it("is our own when the peer has no limit", () => {
    expect(longestFragment(0)).toBe(131_066);
  });

  it.each([8, 0x7fffffff, 0xffffffff])("lets commands through to a peer that takes %i bytes", (maximum) => {
    const command = { commandField: 0x8030, hasDataSet: false, affectedSopClassUid: VERIFICATION, status: 0 };
    expect(encodeCommand(1, command, maximum).length).toBeGreaterThan(60);
  });
});
