// What services on the hub's HTTP server need alike: who asks, bodies with limits, answers that arrive.
export * from "./answer.ts";
export * from "./content-disposition.ts";
export * from "./origin.ts";
export * from "./pace.ts";
export * from "./read-body.ts";
export * from "./send-content.ts";
