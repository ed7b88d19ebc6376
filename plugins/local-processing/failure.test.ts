// The codes of failures.
import { expect, test } from "vitest";
import { FAILURE_CODES } from "./failure.ts";

test("every code says what to do", () => {
  for (const [code, { advice }] of Object.entries(FAILURE_CODES)) {
    expect(code).toMatch(/^local-processing\.[a-z-]+$/);
    expect(advice).toMatch(/\.$/);
  }
});
