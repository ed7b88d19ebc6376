// The document of generation 2: valid OpenAPI, served to everybody, with every route in it.
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { servedCloud } from "../testing/served-cloud.ts";
import { ROUTES } from "./generation-2.ts";

test("is valid and has every route, with what each wants", async () => {
  await using cloud = (await servedCloud()).web;
  const response = await fetch(`${cloud.url}/openapi.json`);
  const document = (await response.json()) as {
    servers: { url: string }[];
    paths: Record<string, Record<string, { security: object[]; responses: object }>>;
  };
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  expect(document.servers).toEqual([{ url: cloud.url }]);
  for (const { path, method, scope } of ROUTES) {
    const operation = document.paths[path]?.[method.toLowerCase()];
    expect(operation?.security).toEqual([{ token: scope === "any" ? [] : [scope] }]);
  }
  expect(Object.keys(document.paths["/auth/token"] ?? {})).toEqual(["get", "post"]);
});
