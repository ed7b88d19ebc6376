// Parameters of an order are held against the product's JSON Schema, and problems are told in words.
import { expect, test } from "vitest";
import { checkParams } from "./order-params.ts";
import type { Product } from "./product-description.ts";
import { PROBE } from "./testing/product-program.ts";

const product: Product = { ...PROBE, contract: "hub.product/1", folder: "/nowhere" };
const check = (params: Readonly<Record<string, unknown>>) => () => checkParams(product, params);

test("parameters that fit are taken, and so are none", () => {
  expect(check({ maxB: 900.5, mode: "off" })).not.toThrow();
  expect(check({})).not.toThrow();
});

test.each([
  [{ maxB: "high" }, "Parameter maxB must be number."],
  [{ maxB: 100 }, "Parameter maxB must be >= 200."],
  [{ mode: "on" }, "Parameter mode must be one of auto, off."],
  [{ fast: true, "e\u001bvil": 1 }, "The product has no parameter fast, e vil."],
])("%o is refused: %s", (params, message) => {
  expect(check(params)).toThrow(message);
});

test("a product without a description of parameters takes none", () => {
  const { params: _params, ...plain } = product;
  expect(() => checkParams(plain, {})).not.toThrow();
  expect(() => checkParams(plain, { maxB: 1 })).toThrow("The product has no parameter maxB.");
});

test("a description that is no JSON Schema refuses every order", () => {
  const broken = { ...product, params: { type: "object", patternProperties: { "(": {} } } };
  expect(() => checkParams(broken, { maxB: 1 })).toThrow("describes its parameters in a broken way");
});
