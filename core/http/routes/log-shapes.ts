// The shapes in which the log is asked for and answered.
import { Type } from "typebox";
import { LOG_AREAS } from "../../logs/log-areas.ts";
import { LOG_LEVELS } from "../../logs/log-line.ts";
import { Id, oneOf, Time } from "../schemas.ts";

const sealed = { additionalProperties: false };

export const Place = Type.String({
  pattern: "^[0-9a-f]{12}-\\d{1,15}$",
  description: "A place in the log; it stays the same when files are renamed at midnight",
});
export const MaybePlace = Type.Union([Place, Type.Null()]);

export const LogLineView = Type.Object(
  {
    place: Place,
    at: Type.String({ description: "ISO 8601; empty for a line that cannot be read" }),
    level: oneOf(LOG_LEVELS),
    part: Type.String({ description: "Part of the hub, or entry of a plugin" }),
    event: Type.String(),
    fields: Type.Record(Type.String(), Type.Unknown(), { description: "Ids, codes and counts" }),
  },
  sealed,
);

/** In the body, never in the address: people may look for a name. */
export const SEARCH = {
  level: Type.Optional(oneOf(LOG_LEVELS, { description: "This one and worse" })),
  part: Type.Optional(Type.String({ maxLength: 64 })),
  area: Type.Optional(oneOf(LOG_AREAS)),
  studyId: Type.Optional(Id),
  text: Type.Optional(Type.String({ maxLength: 500, description: "Upper and lower case are the same" })),
  regex: Type.Optional(Type.Boolean({ description: "The text is a regular expression" })),
  from: Type.Optional(Time),
  until: Type.Optional(Time),
};

export const ORDER = oneOf(["newest", "oldest"], { default: "newest" });

export const SearchBody = Type.Object(
  {
    ...SEARCH,
    order: ORDER,
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 200 }),
    cursor: Type.Optional(Place),
  },
  sealed,
);

export const CountBody = Type.Object({ ...SEARCH, cursor: Type.Optional(Place) }, sealed);

export const StreamBody = Type.Object(
  { ...SEARCH, after: Type.Optional(Place) },
  { ...sealed, description: "Lines after this place; only new ones without it" },
);

export const LogPageView = Type.Object(
  {
    lines: Type.Array(LogLineView),
    next: Type.Union([Place, Type.Null()], {
      description:
        "The cursor of the next page; null when all has been looked at. Lines may be none though there are more",
    }),
    end: Type.Union([Place, Type.Null()], { description: "Where the log ended; a stream goes on from here" }),
  },
  sealed,
);

export const LogSight = Type.Object(
  {
    parts: Type.Array(
      Type.Object({ name: Type.String(), area: Type.Union([oneOf(LOG_AREAS), Type.Null()]) }, sealed),
    ),
    files: Type.Integer(),
    bytes: Type.Integer({ description: "Of all files, before they are packed" }),
    oldestAt: Type.Union([Time, Type.Null()]),
  },
  sealed,
);
