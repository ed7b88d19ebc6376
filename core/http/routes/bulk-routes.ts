// What a person can do about many studies at once; each of them is done for itself.
import { Type } from "typebox";
import type { StepActions } from "../../steps/step-actions.ts";
import type { Api } from "../api.ts";
import { ApiProblem, Id } from "../schemas.ts";

type Parts = { readonly actions: StepActions };

const MOST_AT_ONCE = 500;

const body = Type.Object(
  { studyIds: Type.Array(Id, { minItems: 1, maxItems: MOST_AT_ONCE, uniqueItems: true }) },
  { additionalProperties: false },
);

const responses = {
  200: Type.Object({
    data: Type.Array(
      Type.Object({
        studyId: Id,
        steps: Type.Integer({ description: "0: there was nothing to do about it" }),
      }),
      { description: "Studies that are gone are left out" },
    ),
  }),
  400: ApiProblem,
} as const;

export function bulkRoutes(api: Api, parts: Parts): void {
  api.route(
    {
      ...{ method: "post", path: "/api/studies/cancel", operationId: "cancelStudies", tag: "Studies" },
      summary: "Ends all work on several studies; what has been delivered stays delivered",
      permission: "studies.cancel",
      ...{ body, responses },
    },
    async ({ body: { studyIds }, visitor }) => {
      const data = await each(studyIds, (id) => parts.actions.cancelStudy(id, visitor!.name));
      return { status: 200, body: { data } };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/studies/retry", operationId: "retryStudies", tag: "Studies" },
      summary:
        "Has everything tried again of several studies that was given up or cancelled at their newest revision",
      permission: "steps.retry",
      ...{ body, responses },
    },
    async ({ body: { studyIds }, visitor }) => {
      const data = await each(studyIds, (id) => parts.actions.retryStudy(id, visitor!.name));
      return { status: 200, body: { data } };
    },
  );
}

async function each(ids: readonly string[], act: (id: string) => Promise<number | undefined>) {
  const done: { studyId: string; steps: number }[] = [];
  for (const studyId of ids) {
    const steps = await act(studyId);
    if (steps !== undefined) done.push({ studyId, steps });
  }
  return done;
}
