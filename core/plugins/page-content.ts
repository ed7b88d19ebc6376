// The shape of what a page of a plugin shows, and the check that a plugin keeps to it.
import { Ajv2020 } from "ajv/dist/2020.js";
import { Type } from "typebox";

const Short = Type.String({ maxLength: 500 });
const Long = Type.String({ maxLength: 20_000 });

/** What belongs to which kind stands in the SDK's types; the console shows what is there. */
export const PageBlockShape = Type.Object(
  {
    kind: Type.Union([
      Type.Literal("notice"),
      Type.Literal("text"),
      Type.Literal("facts"),
      Type.Literal("table"),
    ]),
    title: Type.Optional(Short),
    text: Type.Optional(Long),
    tone: Type.Optional(
      Type.Union([Type.Literal("info"), Type.Literal("good"), Type.Literal("warning"), Type.Literal("bad")]),
    ),
    facts: Type.Optional(
      Type.Array(Type.Object({ label: Short, value: Short }, { additionalProperties: false }), {
        maxItems: 200,
      }),
    ),
    columns: Type.Optional(Type.Array(Short, { minItems: 1, maxItems: 20 })),
    rows: Type.Optional(Type.Array(Type.Array(Short, { maxItems: 20 }), { maxItems: 1000 })),
  },
  { additionalProperties: false },
);

export const PageContentShape = Type.Object(
  { blocks: Type.Array(PageBlockShape, { maxItems: 50 }) },
  { additionalProperties: false },
);

const check = new Ajv2020({ strict: true }).compile(PageContentShape);

/** Undefined for what can be shown. */
export function pageContentProblem(content: unknown): string | undefined {
  if (check(content)) return undefined;
  const [first] = check.errors ?? [];
  return `${first?.instancePath || "it"} ${first?.message ?? "is of another shape"}`;
}
