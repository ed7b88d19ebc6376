// Products: what is installed and can be ordered, and changing the image of one.
import { Type } from "typebox";
import { type ListedProduct, ProductRefusal, type Products } from "../../products/products.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, oneOf } from "../schemas.ts";

const time = Type.String({ format: "date-time" });
const maybeTime = Type.Union([time, Type.Null()]);
const maybeText = Type.Union([Type.String(), Type.Null()]);
const sealed = { additionalProperties: false };
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });

export const ProductInfo = Type.Object(
  {
    id: Type.String(),
    version: Type.String(),
    name: Type.String(),
    summary: Type.String(),
    intendedUse: maybeText,
    license: maybeText,
    image: Type.Union([Type.String(), Type.Null()], { description: "Image it runs in, by digest" }),
    earlier: Type.Array(Type.String(), {
      description: "Images that a rollback can bring back, the latest first",
    }),
    entry: Type.String({ description: "Plugin entry that runs it" }),
    problem: Type.Union([Type.String(), Type.Null()], { description: "Why it cannot be ordered here" }),
    changeable: Type.Boolean({ description: "Its image can be changed" }),
    change: Type.Union(
      [
        Type.Object({
          kind: oneOf(["update", "rollback"]),
          state: oneOf(["running", "done", "failed"]),
          image: maybeText,
          progress: Type.Number(),
          stage: Type.String(),
          startedAt: time,
          endedAt: maybeTime,
          code: maybeText,
          message: maybeText,
        }),
        Type.Null(),
      ],
      { description: "The change of its image that this hub makes, or made last" },
    ),
  },
  sealed,
);

export function productRoutes(api: Api, parts: { readonly products: Products }): void {
  api.route(
    {
      method: "get",
      path: "/api/products",
      operationId: "listProducts",
      summary: "Products that are installed: version, intended use, image, and whether they can be ordered",
      tag: "Products",
      permission: "products.read",
      responses: { 200: Type.Object({ data: Type.Array(ProductInfo), total: Type.Integer() }) },
    },
    async () => {
      const data = (await parts.products.list()).map(infoOf);
      return { status: 200, body: { data, total: data.length } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/products/:id/image",
      operationId: "updateProductImage",
      summary: "Fetches another image for a product and puts it in place if it fits; else nothing is changed",
      tag: "Products",
      permission: "products.change",
      params,
      body: Type.Object(
        {
          image: Type.String({ maxLength: 400, description: "By digest: registry/name@sha256:…" }),
          version: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 64,
              description: "Version of an image of another contract, which cannot say it itself",
            }),
          ),
        },
        sealed,
      ),
      responses: { 202: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params: { id }, body, visitor }) =>
      begun(parts.products.update({ product: id, actor: visitor!.name, ...body })),
  );

  api.route(
    {
      method: "post",
      path: "/api/products/:id/rollback",
      operationId: "rollBackProductImage",
      summary: "Brings the image of a product back that it had before",
      tag: "Products",
      permission: "products.change",
      params,
      responses: { 202: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params: { id }, visitor }) =>
      begun(parts.products.rollBack({ product: id, actor: visitor!.name })),
  );
}

async function begun(beginning: Promise<boolean>) {
  const isThere = await beginning.catch((error: unknown) => {
    if (error instanceof ProductRefusal) throw new ApiError(409, error.code, error.message);
    throw error;
  });
  if (!isThere) throw notFound("product");
  return { status: 202 as const, body: undefined };
}

function infoOf(product: ListedProduct) {
  const { id, version, name, summary = "", entry, changeable, change } = product;
  return {
    ...{ id, version, name, summary, entry, changeable },
    intendedUse: product.intendedUse ?? null,
    license: product.license ?? null,
    image: product.image ?? null,
    earlier: [...(product.earlier ?? [])],
    problem: product.problem ?? null,
    change: change
      ? {
          kind: change.kind,
          state: change.state,
          image: change.image ?? null,
          progress: change.progress,
          stage: change.stage,
          startedAt: change.startedAt.toISOString(),
          endedAt: change.endedAt?.toISOString() ?? null,
          code: change.code ?? null,
          message: change.message ?? null,
        }
      : null,
  };
}
