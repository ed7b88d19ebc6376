// The product's own description, product.json, as the rest of the program uses it.
import { readFileSync } from "node:fs";

export const CONTRACT = "hub.product/1";

/** The part of a JSON Schema that product.json uses for a parameter. */
export interface ParameterSchema {
  type?: "number" | "integer";
  enum?: string[];
  default: number | string;
  minimum?: number;
  maximum?: number;
}

export interface ProductDescription {
  id: string;
  version: string;
  name: string;
  intendedUse: string;
  /** `cpu` is also the number of threads that fit. */
  resources: { cpu: number };
  params: { properties: Record<string, ParameterSchema> };
}

/** The text of product.json; `describe` prints it as it stands. */
export const productJson = readFileSync(new URL("../product.json", import.meta.url), "utf8");

export const product = JSON.parse(productJson) as ProductDescription;
