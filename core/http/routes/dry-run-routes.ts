// Dry runs: a rule set over past studies, in the background, with progress and the difference it would make.
import { Type } from "typebox";
import type { DryRunSight } from "../../quality/dry-run-rows.ts";
import type { DryRuns } from "../../quality/dry-runs.ts";
import type { Api } from "../api.ts";
import { asApiError } from "../quality-error.ts";
import { ApiProblem, Id } from "../schemas.ts";
import { DryRunBody, DryRunInfo } from "./quality-shapes.ts";

const ONE = { tag: "Quality", permission: "quality.dry-run", params: Type.Object({ id: Id }) } as const;

/** @param dryRuns asked for when a route is called */
export function dryRunRoutes(api: Api, dryRuns: () => DryRuns): void {
  api.route(
    {
      method: "post",
      path: "/api/qc/dry-run",
      operationId: "startDryRun",
      summary: "Replays a check with other settings over past studies; nothing is changed by it",
      tag: "Quality",
      permission: "quality.dry-run",
      body: DryRunBody,
      responses: { 202: DryRunInfo, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ body }) => {
      const { since, ...request } = body;
      try {
        const run = await dryRuns().start({ ...request, ...(since ? { since: new Date(since) } : {}) });
        return { status: 202, body: runInfo(run) };
      } catch (error) {
        return asApiError(error);
      }
    },
  );

  api.route(
    {
      ...ONE,
      method: "get",
      path: "/api/qc/dry-run/:id",
      operationId: "getDryRun",
      summary: "How far a dry run is and what it found, whichever hub runs it; the last 20 are kept",
      responses: { 200: DryRunInfo, 404: ApiProblem },
    },
    async ({ params }) => {
      try {
        return { status: 200, body: runInfo(await dryRuns().get(params.id)) };
      } catch (error) {
        return asApiError(error);
      }
    },
  );

  api.route(
    {
      ...ONE,
      method: "delete",
      path: "/api/qc/dry-run/:id",
      operationId: "cancelDryRun",
      summary: "Cancels a dry run; what it found so far stays",
      responses: { 200: DryRunInfo, 404: ApiProblem },
    },
    async ({ params }) => {
      const run = await dryRuns().cancel(params.id).catch(asApiError);
      return { status: 200, body: runInfo(run) };
    },
  );
}

function runInfo({ startedAt, endedAt, checks, studies, ...run }: DryRunSight) {
  return {
    ...run,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    checks: checks.map(({ changes, ...check }) => ({ ...check, changes: [...changes] })),
    studies: studies.map(({ changes, ...study }) => ({ ...study, changes: [...changes] })),
  };
}
