// What a site can set about work that comes again: when it is done, and how long things are kept.
import { type Static, Type } from "typebox";

const Schedule = (description: string, fallback: string) =>
  Type.String({
    description:
      `${description} every-minute, every-5-minutes, hourly, daily-midnight, daily-3am, weekly-sunday-3am, ` +
      "or five fields of cron",
    minLength: 1,
    maxLength: 200,
    default: fallback,
  });

const days = (description: string) =>
  Type.Optional(Type.Integer({ description, minimum: 1, maximum: 36_500 }));

export const UpkeepSettings = Type.Object(
  {
    timeZone: Type.Optional(
      Type.String({
        description: "Where the clock of the schedules hangs: Europe/Berlin. Without it the machine's own",
        minLength: 1,
        maxLength: 64,
      }),
    ),
    reconciliation: Type.Object(
      {
        schedule: Schedule("When results are looked for that a destination has not confirmed:", "30 3 * * *"),
      },
      { additionalProperties: false, default: {} },
    ),
    retention: Type.Object(
      {
        schedule: Schedule(
          "When things are looked for that are older than they are to be kept:",
          "daily-3am",
        ),
        keepStudiesDays: days(
          "A study whose work is done is deleted with all its files, results and values this many days after it last " +
            "changed. One that waits for a person, or could not be delivered, stays. Without it all are kept",
        ),
        keepRecordsDays: days(
          "Records without patient data (finished uploads, hubs that ended, receipts) are deleted after this many days. The " +
            "journal stays. Without it all are kept",
        ),
        keepLogsDays: Type.Integer({
          description: "Log files of days that are further back are deleted",
          minimum: 1,
          maximum: 36_500,
          default: 90,
        }),
      },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false, default: {} },
);

export type UpkeepSettings = Static<typeof UpkeepSettings>;
