// The cloud API of generation 2, as both of its halves speak it: shapes, states and limits.
export * from "./batch.ts";
export * from "./heartbeat.ts";
export * from "./limits.ts";
export * from "./metadata.ts";
export * from "./order.ts";
export * from "./problem.ts";
export * from "./result.ts";
export * from "./token.ts";
export * from "./upload.ts";
export * from "./usage.ts";
