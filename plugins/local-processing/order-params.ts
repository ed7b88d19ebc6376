// Checks the parameters of an order against the JSON Schema in product.json.

import { printable } from "@thalamus/sdk";
import { Errors } from "typebox/schema";
import { ownFailure } from "./failure.ts";
import type { Product } from "./product-description.ts";

const LONGEST_NAME = 60;

/**
 * A product that describes no parameters takes none. The message names parameters and limits, never values.
 * @throws ProcessingFailure `local-processing.bad-params` with the first problem
 */
export function checkParams(product: Product, params: Readonly<Record<string, unknown>>): void {
  const schema = product.params ?? { type: "object", additionalProperties: false };
  const problems = problemsOf(schema, params);
  if (problems.length === 0) return;
  // "schema is false" only repeats what additionalProperties says with the names
  const told = problems.find(({ keyword }) => keyword !== "boolean");
  throw ownFailure("local-processing.bad-params", sentence(told));
}

type Problem = ReturnType<typeof Errors>[1][number];

function problemsOf(schema: object, params: Readonly<Record<string, unknown>>): readonly Problem[] {
  try {
    return Errors(schema, params)[1];
  } catch {
    throw ownFailure("local-processing.bad-params", "The product describes its parameters in a broken way.");
  }
}

function sentence(problem: Problem | undefined): string {
  if (problem === undefined) return "The parameters do not fit the product.";
  if (problem.keyword === "additionalProperties") {
    const names = problem.params.additionalProperties.map((name) => printable(name, LONGEST_NAME));
    return `The product has no parameter ${names.slice(0, 5).join(", ")}.`;
  }
  if (problem.keyword === "enum") {
    return `Parameter ${nameOf(problem)} must be one of ${problem.params.allowedValues.join(", ")}.`;
  }
  const name = nameOf(problem);
  return `${name ? `Parameter ${name}` : "The set of parameters"} ${problem.message}.`;
}

const nameOf = ({ instancePath }: Problem): string =>
  printable(instancePath.slice(1).replaceAll("/", "."), LONGEST_NAME);
