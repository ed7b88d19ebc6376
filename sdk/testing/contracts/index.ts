// Contract suites: a plugin's test calls the one of its kind. They register tests of vitest.
export * from "./check-contract.ts";
export * from "./deliver-contract.ts";
export * from "./destination.ts";
export * from "./intake-contract.ts";
export { type Bench, type Fixtures, type OfferedService, offer, scopeOf } from "./plugin-bench.ts";
export * from "./process-contract.ts";
export { type ServedWeb, serveWeb } from "./served-web.ts";
export type { StepBench } from "./step-contract.ts";
export * from "./transform-contract.ts";
export * from "./watch-contract.ts";
export * from "./web-contract.ts";
