// The shapes of the Updates page.
import { Type } from "typebox";
import { UPDATE_PHASES } from "../../updates/update-state.ts";
import { MaybeTime, oneOf, Time } from "../schemas.ts";

const text = Type.String;

export const UpdateInfo = Type.Object({
  version: text({ description: "What runs" }),
  updater: oneOf(["none", "systemd", "compose"]),
  hasFeed: Type.Boolean({ description: "The configuration names a release feed" }),
  canUpload: Type.Boolean({ description: "The configuration has a key that releases are signed with" }),
  checkedAt: MaybeTime,
  problem: text({ description: "Why the last look at the feed failed; empty when it did not" }),
  newer: Type.Union(
    [
      Type.Object({
        version: text(),
        date: text(),
        notes: text(),
        bytes: Type.Integer({ description: "About how much is downloaded" }),
        offline: Type.Boolean({ description: "It was uploaded as a file" }),
        commands: Type.Array(text(), { description: "What a person has to run, where there is no updater" }),
      }),
      Type.Null(),
    ],
    { description: "The newest release, if it is newer than what runs" },
  ),
  running: Type.Object({ steps: Type.Integer(), uploads: Type.Integer(), associations: Type.Integer() }),
  update: Type.Union(
    [
      Type.Object({
        id: text(),
        phase: oneOf(UPDATE_PHASES),
        from: text(),
        to: text(),
        startedBy: text(),
        startedAt: Time,
        changedAt: Time,
        message: text(),
      }),
      Type.Null(),
    ],
    { description: "The one under way, or the last one" },
  ),
});

export const UpdateOrder = Type.Object(
  {
    version: text({ maxLength: 64 }),
    confirm: Type.Literal("update", { description: "The word that a person has typed" }),
    whenRunning: oneOf(["wait", "now"], {
      description: "Work in hand is finished first, or taken up again after the restart",
    }),
  },
  { additionalProperties: false },
);
