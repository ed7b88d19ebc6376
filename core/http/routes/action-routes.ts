// What a person can do about the steps of a study: try again, deliver once more, settle a doubt, cancel; and order.
import { Type } from "typebox";
import type { Destinations } from "../../deliveries/destinations.ts";
import type { Groups } from "../../groups/groups.ts";
import type { StepActions } from "../../steps/step-actions.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, Id, oneOf } from "../schemas.ts";

type Parts = {
  readonly actions: StepActions;
  readonly deliveries: { readonly destinations: Destinations };
  readonly groups: Pick<Groups, "known">;
};

const sealed = { additionalProperties: false };
const params = Type.Object({ id: Id });

export function actionRoutes(api: Api, parts: Parts): void {
  orderRoute(api, parts);
  api.route(
    {
      method: "post",
      path: "/api/results/:id/resend",
      operationId: "resendResult",
      summary: "Delivers a result once more, to one destination, to several, or to all of the hub",
      tag: "Deliveries",
      permission: "deliveries.resend",
      params,
      body: Type.Object(
        {
          targets: Type.Optional(
            Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 20, uniqueItems: true }),
          ),
        },
        sealed,
      ),
      responses: {
        200: Type.Object({
          data: Type.Array(
            Type.Object({
              target: Type.String(),
              stepId: Id,
              what: oneOf(["again", "anew", "under-way"]),
            }),
          ),
        }),
        404: ApiProblem,
        409: ApiProblem,
      },
    },
    async ({ params: { id }, body, visitor }) => {
      const { destinations } = parts.deliveries;
      const targets = body.targets ?? destinations.all().map(({ name }) => name);
      if (targets.length === 0 || !targets.every((target) => destinations.has(target))) {
        const message = "This hub has no such destination. GET /api/destinations lists them.";
        throw new ApiError(409, "delivery.no-destination", message);
      }
      const data = await parts.actions.resend(id, targets, visitor!.name);
      if (!data) throw notFound("result");
      return { status: 200, body: { data } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/steps/:id/retry",
      operationId: "retryStep",
      summary: "Gives a step that was given up or cancelled all its tries back",
      tag: "Studies",
      permission: "steps.retry",
      params,
      responses: { 204: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params: { id }, visitor }) => {
      const done = await parts.actions.retry(id, visitor!.name);
      return answer(
        done,
        "Only a step that was given up or cancelled can be tried again, and not while a cloud is being told of it.",
      );
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/steps/:id/resolve",
      operationId: "resolveStep",
      summary: "Says what became of a step that was interrupted while it sent",
      tag: "Deliveries",
      permission: "deliveries.resolve",
      params,
      body: Type.Object(
        {
          finding: oneOf(["arrived", "again", "give-up"], {
            description: "arrived: it is there; again: send it once more; give-up: it is not to be sent",
          }),
        },
        sealed,
      ),
      responses: { 204: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params: { id }, body, visitor }) => {
      const done = await parts.actions.resolve(id, body.finding, visitor!.name);
      return answer(done, "There is no doubt about this step.");
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/:id/cancel",
      operationId: "cancelStudy",
      summary: "Ends all work on a study; what has been delivered stays delivered",
      tag: "Studies",
      permission: "studies.cancel",
      params,
      responses: { 200: Type.Object({ steps: Type.Integer() }), 404: ApiProblem },
    },
    async ({ params: { id }, visitor }) => {
      const steps = await parts.actions.cancelStudy(id, visitor!.name);
      if (steps === undefined) throw notFound("study");
      return { status: 200, body: { steps } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/:id/cancel-own",
      operationId: "cancelOwnWork",
      summary: "Ends the work on a study that who asks has uploaded; else only the orders that they made",
      tag: "Studies",
      permission: "orders.cancel-own",
      params,
      responses: { 200: Type.Object({ steps: Type.Integer() }), 403: ApiProblem, 404: ApiProblem },
    },
    async ({ params: { id }, visitor }) => {
      const steps = await parts.actions.cancelOwn(id, visitor!);
      if (steps === "no-study") throw notFound("study");
      if (steps !== "not-own") return { status: 200, body: { steps } };
      const message = "You neither uploaded this study nor ordered anything for it. Ask an administrator.";
      throw new ApiError(403, "access.not-own", message);
    },
  );
}

function orderRoute(api: Api, parts: Parts): void {
  api.route(
    {
      method: "post",
      path: "/api/studies/:id/orders",
      operationId: "orderProduct",
      summary: "Orders a product for a study: one more, or one that was run before once again",
      tag: "Studies",
      permission: "uploads.create",
      params,
      body: Type.Object({ product: Type.String({ minLength: 1, maxLength: 100 }) }, sealed),
      responses: { 204: null, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params: { id }, body: { product }, visitor }) => {
      if (!parts.groups.known.products.includes(product)) {
        const message = "This hub runs no product of this name. GET /api/group-options lists them.";
        throw new ApiError(409, "order.unknown-product", message);
      }
      const { name: actor, accountId } = visitor!;
      const done = await parts.actions.order({ studyId: id, product, actor, accountId });
      if (done === "no-study") throw notFound("study");
      if (done === "not-now") {
        const message = "Images still come in, or a check holds the study. Order when that is settled.";
        throw new ApiError(409, "order.not-now", message);
      }
      if (done === "of-cloud") {
        const message = "Whoever ordered this study over the cloud API says what is run.";
        throw new ApiError(409, "order.of-cloud", message);
      }
      if (done === "of-group") {
        const message = "The group of this study does not have this product. Take the study out of it first.";
        throw new ApiError(409, "order.of-group", message);
      }
      return { status: 204, body: undefined };
    },
  );
}

function answer(done: boolean | undefined, otherwise: string) {
  if (done === undefined) throw notFound("step");
  if (!done) throw new ApiError(409, "step.not-so", otherwise);
  return { status: 204 as const, body: undefined };
}
