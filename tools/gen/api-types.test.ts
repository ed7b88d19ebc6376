// The types say what the document says.
import { expect, test } from "vitest";
import { apiTypes } from "./api-types.ts";

const Row = {
  type: "object",
  required: ["id"],
  properties: {
    id: { type: "string" },
    until: { anyOf: [{ type: "string" }, { type: "null" }], description: "Or never" },
  },
};
const Kind = { type: "string", enum: ["a", "b"] };

const document = {
  components: { schemas: { Row } },
  paths: {
    "/rows": {
      get: {
        operationId: "listRows",
        parameters: [
          { name: "id", in: "path", required: true, schema: { type: "string" } },
          { name: "kind", in: "query", required: false, schema: Kind },
        ],
        responses: {
          200: {
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["data"],
                  properties: { data: { type: "array", items: Row }, kinds: { type: "array", items: Kind } },
                },
              },
            },
          },
          404: { content: { "application/json": { schema: { type: "null" } } } },
        },
      },
    },
  },
};

test("names shapes, finds their copies inside others, and types queries and answers", () => {
  expect(apiTypes(document).split("\n").slice(2).join("\n")).toBe(`export type Row = {
  readonly id: string;
  /** Or never */
  readonly until?: string | null;
};

export type ListRowsQuery = {
  readonly kind?: "a" | "b";
};

export type ListRowsAnswer = {
  readonly data: readonly Row[];
  readonly kinds?: readonly ("a" | "b")[];
};
`);
});
