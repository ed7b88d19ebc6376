// What an organisation may order, and what was run for it: products with aliases, the usage report.
import { contentDisposition } from "@thalamus/sdk/web";
import { Type } from "typebox";
import { findOrganisation } from "../../cloud-access/access-views.ts";
import { type Days, usageLines, usesOf } from "../../cloud-access/usage.ts";
import { csvLine } from "../../files/csv-line.ts";
import { journal } from "../../observe/journal.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, Id } from "../schemas.ts";
import type { AccessParts } from "./organisation-routes.ts";
import { asAnswer, NameText } from "./organisation-shapes.ts";

const tag = "Organisations";
const permission = "organisations.manage";
const params = Type.Object({ id: Id });
const ofProduct = Type.Object({ id: Id, product: Type.String({ minLength: 1, maxLength: 100 }) });
const refusals = { 400: ApiProblem, 403: ApiProblem, 404: ApiProblem, 409: ApiProblem } as const;
const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

const day = Type.String({ format: "date", description: "Day in UTC, included" });
const query = Type.Object({ from: day, until: day });

const EntitlementInfo = Type.Object({
  product: Type.String({ description: "As the hub calls it" }),
  aliases: Type.Array(Type.String(), { description: "Other names by which clients may order it" }),
  offered: Type.Boolean({ description: "This hub runs it; while it does not, nobody can order it" }),
});

const UsageRow = Type.Object({
  keyId: Id,
  keyName: Type.String(),
  prefix: Type.String(),
  member: Type.String(),
  product: Type.String(),
  runs: Type.Integer(),
});

export function entitlementRoutes(api: Api, parts: AccessParts): void {
  productRoutes(api, parts);
  usageRoutes(api, parts);
}

async function requireThere({ orm }: AccessParts, id: string): Promise<void> {
  if (!(await findOrganisation(orm.em.fork(), id))) throw notFound("organisation");
}

function productRoutes(api: Api, parts: AccessParts): void {
  const path = "/api/organisations/:id/entitlements";

  api.route(
    {
      ...{ method: "get", path, operationId: "listEntitlements", tag, permission },
      summary: "Products that an organisation may order, and all that this hub runs",
      params,
      responses: {
        200: Type.Object({
          data: Type.Array(EntitlementInfo),
          total: Type.Integer(),
          offered: Type.Array(Type.String(), { description: "Products that this hub runs" }),
        }),
        404: ApiProblem,
      },
    },
    async ({ params: { id } }) => {
      await requireThere(parts, id);
      const { entitlements } = parts.accessBook;
      const offered = entitlements.offered();
      const rows = await entitlements.list(id);
      const data = rows.map(({ product, aliases }) => ({
        product,
        aliases: [...aliases],
        offered: offered.includes(product),
      }));
      return { status: 200, body: { data, total: data.length, offered } };
    },
  );

  api.route(
    {
      ...{ method: "put", path: `${path}/:product`, operationId: "grantProduct", tag, permission },
      summary: "Lets an organisation order a product, or gives other aliases to one that it may order",
      params: ofProduct,
      body: Type.Object(
        { aliases: Type.Array(NameText, { maxItems: 20, uniqueItems: true }) },
        { additionalProperties: false },
      ),
      responses: { 204: null, ...refusals },
    },
    async ({ params: { id, product }, body: { aliases }, visitor }) => {
      const { entitlements } = parts.accessBook;
      const granted = await entitlements.grant(id, product, aliases, visitor!.name).catch(asAnswer);
      if (!granted) throw notFound("organisation");
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: `${path}/:product`, operationId: "withdrawProduct", tag, permission },
      summary: "Takes a product away from an organisation; what was ordered goes on",
      params: ofProduct,
      responses: { 204: null, ...refusals },
    },
    async ({ params: { id, product }, visitor }) => {
      if (!(await parts.accessBook.entitlements.withdraw(id, product, visitor!.name)))
        throw notFound("product");
      return { status: 204, body: undefined };
    },
  );
}

const COLUMNS = ["at", "member", "keyName", "prefix", "keyId", "product", "orderId"] as const;

function usageRoutes(api: Api, parts: AccessParts): void {
  api.route(
    {
      ...{ method: "get", path: "/api/organisations/:id/usage", operationId: "getUsage", tag, permission },
      summary: "Runs that were counted within some days, by key and product",
      ...{ params, query },
      responses: {
        200: Type.Object({ data: Type.Array(UsageRow), total: Type.Integer(), runs: Type.Integer() }),
        400: ApiProblem,
        404: ApiProblem,
      },
    },
    async ({ params: { id }, query: asked }) => {
      await requireThere(parts, id);
      const data = await usageLines(parts.orm.em.fork(), { organisationId: id }, daysOf(asked));
      const runs = data.reduce((sum, line) => sum + line.runs, 0);
      return { status: 200, body: { data, total: data.length, runs } };
    },
  );

  api.route(
    {
      ...{
        method: "get",
        path: "/api/organisations/:id/usage.csv",
        operationId: "exportUsage",
        tag,
        permission,
      },
      summary: "The same as a CSV file with a line for each run",
      ...{ params, query, responses: { 200: null, 400: ApiProblem, 404: ApiProblem } },
    },
    async ({ params: { id }, query: asked, visitor, response }) => {
      await requireThere(parts, id);
      const em = parts.orm.em.fork();
      const uses = await usesOf(em, { organisationId: id }, daysOf(asked));
      const detail = { organisation: id, ...asked, runs: uses.length };
      await journal(em, { event: "usage.exported", actor: visitor!.name, detail });
      const name = `usage-${asked.from}-${asked.until}.csv`;
      response.setHeader("Content-Disposition", contentDisposition(name));
      const lines = uses.map((use) => csvLine(COLUMNS.map((column) => use[column])));
      response.type("text/csv").send([csvLine(COLUMNS), ...lines].join(""));
      return { status: 200, body: undefined };
    },
  );
}

function daysOf({ from, until }: { readonly from: string; readonly until: string }): Days {
  const days = { from: new Date(from), until: new Date(until) };
  const length = (days.until.getTime() - days.from.getTime()) / DAY_MS + 1;
  if (length >= 1 && length <= LONGEST_DAYS) return days;
  const message = `The first day must not come after the last one, and there may be ${LONGEST_DAYS} days at most.`;
  throw new ApiError(400, "cloud-access.days", message);
}
