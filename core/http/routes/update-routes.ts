// Updates of the hub: what there is, a look at the feed, a release as a file, applying, and what came of it.
import { UpdateRefusal } from "../../updates/update-refusal.ts";
import type { UpdateSight, Updates } from "../../updates/updates.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem } from "../schemas.ts";
import { UpdateInfo, UpdateOrder } from "./update-shapes.ts";

export interface UpdateRouteParts {
  readonly updates: Updates;
}

const tag = "Updates";
const permission = "updates.apply";
const refusals = { 400: ApiProblem, 409: ApiProblem, 502: ApiProblem };

export function updateRoutes(api: Api, parts: UpdateRouteParts): void {
  const sight = async () => ({ status: 200 as const, body: shown(await parts.updates.sight()) });
  api.route(
    {
      ...{ method: "get", path: "/api/updates", operationId: "getUpdates", tag, permission: "system.read" },
      summary: "What runs, the newest release, and how an update goes",
      responses: { 200: UpdateInfo },
    },
    sight,
  );

  api.route(
    {
      ...{ method: "post", path: "/api/updates/check", operationId: "checkForUpdates", tag, permission },
      summary: "Looks at the release feed now",
      responses: { 200: UpdateInfo, ...refusals },
    },
    async () => {
      await parts.updates.check().catch(asAnswer);
      return sight();
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/updates/apply", operationId: "applyUpdate", tag, permission },
      summary:
        "Puts the newest release in place; the hub restarts, and the version of before comes back if it does not work",
      body: UpdateOrder,
      responses: { 202: null, ...refusals },
    },
    async ({ body: { version, whenRunning }, visitor }) => {
      await parts.updates.apply(version, whenRunning, visitor!.name).catch(asAnswer);
      return { status: 202, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/updates/cancel", operationId: "cancelUpdate", tag, permission },
      summary: "Calls an update off that has changed nothing yet",
      responses: { 204: null, 409: ApiProblem },
    },
    async ({ visitor }) => {
      await parts.updates.cancel(visitor!.name).catch(asAnswer);
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/updates/log", operationId: "getUpdateLog", tag, permission },
      summary: "What the updater did, line by line",
      responses: { 200: null, 404: ApiProblem },
    },
    async ({ response }) => {
      const text = await parts.updates.logText();
      if (text === undefined) throw notFound("update");
      response.type("text/plain").send(text);
      return { status: 200, body: undefined };
    },
  );
}

/** A release is larger, and comes more slowly, than other bodies: nobody reads it before this. */
export function updateUploadRoute(api: Api, parts: () => UpdateRouteParts): void {
  api.door(
    { methods: ["put"], path: "/api/updates/release", permission },
    async ({ request, response, visitor }) => {
      const release = await parts().updates.upload(request, visitor!.name).catch(asAnswer);
      response.json({ version: release.version });
    },
  );
}

const BAD_GATEWAY = ["update.unreachable"];
const CONFLICTS = [
  "update.busy",
  "update.not-pending",
  "update.not-newer",
  "update.no-updater",
  "update.by-hand",
  "update.no-feed",
];

function asAnswer(error: unknown): never {
  if (!(error instanceof UpdateRefusal)) throw error;
  const { code, message } = error;
  throw new ApiError(BAD_GATEWAY.includes(code) ? 502 : CONFLICTS.includes(code) ? 409 : 400, code, message);
}

function shown({ checkedAt, newer, update, ...sight }: UpdateSight) {
  return {
    ...sight,
    checkedAt: checkedAt?.toISOString() ?? null,
    newer: newer ? shownRelease(newer) : null,
    update: update ? shownUpdate(update) : null,
  };
}

const shownRelease = ({
  version,
  date,
  notes,
  bytes,
  offline,
  commands,
}: NonNullable<UpdateSight["newer"]>) => {
  return { version, date, notes, bytes, offline, commands: [...commands] };
};

const shownUpdate = ({
  id,
  phase,
  from,
  to,
  startedBy,
  startedAt,
  changedAt,
  message,
}: NonNullable<UpdateSight["update"]>) => {
  return { id, phase, from, to, startedBy, startedAt, changedAt, message };
};
