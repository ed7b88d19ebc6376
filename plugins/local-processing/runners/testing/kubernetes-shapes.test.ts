// The stub knows no field that the published API does not have: proven by the compiler against its type declarations.
import type { Static } from "@thalamus/sdk";
import type { Job } from "kubernetes-types/batch/v1.js";
import { Check } from "typebox/value";
import { expect, expectTypeOf, test } from "vitest";
import { JobCreate } from "./kubernetes-shapes.ts";

/** Names of fields of A that B does not have, at any depth. */
type Unknown<A, B> = A extends readonly (infer X)[]
  ? B extends readonly (infer Y)[]
    ? Unknown<X, Y>
    : "no list"
  : A extends object
    ? { [K in keyof A]-?: K extends keyof B ? Unknown<NonNullable<A[K]>, NonNullable<B[K]>> : K }[keyof A]
    : never;

test("every field of the stub's Job is one of batch/v1 or core/v1, and has its type", () => {
  expectTypeOf<Unknown<Static<typeof JobCreate>, Job>>().toEqualTypeOf<never>();
  expectTypeOf<Static<typeof JobCreate>>().toExtend<Job>();
  // that it can fail
  expectTypeOf<Unknown<{ spec: { paralelism: number } }, Job>>().toEqualTypeOf<"paralelism">();
  expect(Check(JobCreate, { apiVersion: "batch/v1", kind: "Job" })).toBe(false);
});
