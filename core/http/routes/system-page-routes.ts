// The System page: how everything is, queues that can be held, and the history of the machine.
import { Type } from "typebox";
import type { AlertSettings } from "../../config/alert-settings.ts";
import type { SystemLook, SystemSight } from "../../system/system-sight.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem } from "../schemas.ts";
import { HistoryInfo, RangeName, SystemInfo } from "./system-shapes.ts";

export interface SystemPageParts {
  readonly system: SystemLook;
  readonly alerts: AlertSettings;
}

const tag = "Health";

export function systemPageRoutes(api: Api, parts: SystemPageParts): void {
  api.route(
    {
      ...{ method: "get", path: "/api/system", operationId: "getSystem", tag, permission: "system.read" },
      summary: "Services, database, machine, listeners, certificates, queues and plugins: how each is",
      responses: { 200: SystemInfo },
    },
    async () => ({ status: 200, body: shown(await parts.system.sight()) }),
  );

  api.route(
    {
      ...{ method: "put", path: "/api/queues/:name", operationId: "setQueue", tag },
      summary:
        "Holds a queue for a while, or lets it run again; what is in hand is finished, and nothing is lost",
      permission: "deliveries.control",
      params: Type.Object({ name: Type.String({ maxLength: 64 }) }),
      body: Type.Object(
        { suspended: Type.Boolean(), reason: Type.Optional(Type.String({ maxLength: 500 })) },
        { additionalProperties: false },
      ),
      responses: { 204: null, 404: ApiProblem },
    },
    async ({ params: { name }, body: { suspended, reason = "" }, visitor }) => {
      const there = await parts.system.queues.set(name, suspended ? reason : undefined, visitor!.name);
      if (!there) throw notFound("queue");
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/metrics-history", operationId: "getMetricsHistory", tag },
      summary: "Load of this hub's machine, studies per hour and queue, over an hour, a day or a week",
      permission: "system.read",
      query: Type.Object({ range: RangeName }),
      responses: { 200: HistoryInfo },
    },
    async ({ query: { range } }) => {
      const { from, until, stepSeconds, points } = await parts.system.history.sight(range, new Date());
      const { cpuPercent: cpu, memoryPercent: memory, swapPercent: swap, diskPercent: disk } = parts.alerts;
      return {
        status: 200,
        body: {
          ...{ from: from.toISOString(), until: until.toISOString(), stepSeconds },
          limits: { cpu, memory, swap, disk },
          points: points.map(({ at, ...values }) => ({ at: at.toISOString(), ...values })),
        },
      };
    },
  );
}

const iso = (time: Date): string => time.toISOString();

function shown({ hub, database, ...sight }: SystemSight) {
  return {
    hub: { ...hub, startedAt: iso(hub.startedAt) },
    services: sight.services.map((line) => ({ ...line, since: line.since && iso(line.since) })),
    database: { ...database, startedAt: iso(database.startedAt) },
    machine: sight.machine,
    listeners: [...sight.listeners],
    certificates: sight.certificates.map((line) => ({ ...line, expiresAt: iso(line.expiresAt) })),
    queues: sight.queues.map(({ oldest, suspended, ...queue }) => ({
      ...queue,
      oldest: oldest && iso(oldest),
      suspended: suspended && { ...suspended, at: iso(suspended.at) },
    })),
    plugins: sight.plugins.map(({ contributes, lastTrouble, ...line }) => ({
      ...line,
      contributes: [...contributes],
      lastTrouble: lastTrouble && { ...lastTrouble, at: iso(lastTrouble.at) },
    })),
    hubs: sight.hubs.map((line) => ({ ...line, startedAt: iso(line.startedAt) })),
  };
}
