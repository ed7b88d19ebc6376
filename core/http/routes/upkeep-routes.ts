// Work that comes again, what retention would delete, and deleting one study.
import { Type } from "typebox";
import type { Upkeep } from "../../upkeep/open-upkeep.ts";
import type { PurgeRefusal } from "../../upkeep/study-purge.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, Id } from "../schemas.ts";

const time = Type.String({ format: "date-time" });
const maybeTime = Type.Union([time, Type.Null()]);

const ChoreView = Type.Object({
  name: Type.String(),
  title: Type.String(),
  schedule: Type.String({ description: "A preset or a cron expression" }),
  running: Type.Boolean(),
  nextRunAt: time,
  startedAt: maybeTime,
  endedAt: maybeTime,
  lastEnd: Type.Union([
    Type.Object({
      ok: Type.Boolean(),
      counts: Type.Record(Type.String(), Type.Integer()),
      error: Type.Optional(Type.String()),
    }),
    Type.Null(),
  ]),
});

const days = Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 }));
const maybeDays = Type.Union([Type.Integer(), Type.Null()]);
const count = (description: string) => Type.Integer({ description });

const Preview = Type.Object({
  studies: Type.Object({ count: Type.Integer(), bytes: Type.Integer(), oldest: maybeTime }),
  unfinished: count("Studies as old that stay, because something about them is not done"),
  uploads: count("Records of finished uploads"),
  hubs: count("Records of hub processes that ended"),
  receipts: count("Lines of the receipt ledger"),
  notices: count("Notifications that were sent, failed or suppressed"),
  logs: Type.Object({ files: Type.Integer(), bytes: Type.Integer() }),
  days: Type.Object(
    {
      keepStudiesDays: maybeDays,
      keepRecordsDays: maybeDays,
      keepLogsDays: maybeDays,
    },
    { description: "What was counted with; null keeps all" },
  ),
});

const REFUSALS: Readonly<Record<Exclude<PurgeRefusal, "not-there">, ApiError>> = {
  receiving: new ApiError(
    409,
    "upkeep.study-receiving",
    "The study is still being received, or was until a moment ago. Try again in a minute.",
  ),
  working: new ApiError(
    409,
    "upkeep.study-working",
    "Work on the study goes on. Cancel it, or wait until it is done.",
  ),
};

export function upkeepRoutes(api: Api, parts: { readonly upkeep: Upkeep }): void {
  api.route(
    {
      method: "get",
      path: "/api/chores",
      operationId: "listChores",
      summary: "Work that comes again: schedule, last and next run",
      tag: "Upkeep",
      permission: "upkeep.read",
      responses: { 200: Type.Object({ data: Type.Array(ChoreView), total: Type.Integer() }) },
    },
    async () => {
      const sights = await parts.upkeep.clock.sight();
      const data = sights.map(({ chore, row }) => ({
        name: chore.name,
        title: chore.title,
        schedule: chore.schedule,
        running: row.hubId !== null,
        nextRunAt: row.nextRunAt.toISOString(),
        startedAt: row.startedAt?.toISOString() ?? null,
        endedAt: row.endedAt?.toISOString() ?? null,
        lastEnd: row.lastEnd
          ? {
              ok: row.lastEnd.ok,
              counts: { ...row.lastEnd.counts },
              ...(row.lastEnd.error === undefined ? {} : { error: row.lastEnd.error }),
            }
          : null,
      }));
      return { status: 200, body: { data, total: data.length } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/chores/:name/run",
      operationId: "runChore",
      summary: "Does it now, whatever the schedule says",
      tag: "Upkeep",
      permission: "upkeep.run",
      params: Type.Object({ name: Type.String({ maxLength: 64 }) }),
      responses: { 202: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, visitor }) => {
      const asked = await parts.upkeep.clock.runNow(params.name, visitor!.name).catch(noSuchChore);
      if (asked) return { status: 202, body: undefined };
      throw new ApiError(409, "upkeep.running", "It is being done already.");
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/retention-preview",
      operationId: "previewRetention",
      summary: "What retention would delete now, with the site's settings or with others",
      tag: "Upkeep",
      permission: "upkeep.read",
      query: Type.Object({ keepStudiesDays: days, keepRecordsDays: days, keepLogsDays: days }),
      responses: { 200: Preview, 400: ApiProblem },
    },
    async ({ query }) => {
      const { retention } = parts.upkeep;
      const settings = { ...retention.settings, ...query };
      const sight = await retention.preview(settings);
      const oldest = sight.studies.oldest?.toISOString() ?? null;
      const { keepStudiesDays = null, keepRecordsDays = null, keepLogsDays } = settings;
      const days = { keepStudiesDays, keepRecordsDays, keepLogsDays };
      return { status: 200, body: { ...sight, studies: { ...sight.studies, oldest }, days } };
    },
  );

  api.route(
    {
      method: "delete",
      path: "/api/studies/:id",
      operationId: "deleteStudy",
      summary: "Deletes a study for good, with its files, orders, results and every value of its patient",
      tag: "Studies",
      permission: "studies.delete",
      params: Type.Object({ id: Id }),
      responses: { 204: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, visitor }) => {
      const order = { studyId: params.id, actor: visitor!.name, reason: "asked-for" };
      const refusal = await parts.upkeep.purge.purge(order);
      if (refusal === undefined) return { status: 204, body: undefined };
      if (refusal === "not-there") throw notFound("study");
      throw REFUSALS[refusal];
    },
  );
}

function noSuchChore(error: unknown): never {
  if (error instanceof RangeError) throw notFound("chore");
  throw error;
}
