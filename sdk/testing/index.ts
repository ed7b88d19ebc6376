// What tests of plugins need: synthetic studies, and steps made of files.
export * from "./certificates.ts";
export * from "./connection-closed.ts";
export * from "./dwi-phantom.ts";
export * from "./free-port.ts";
export * from "./order-steps.ts";
export * from "./real-data.ts";
export * from "./recording-log.ts";
export * from "./recording-metrics.ts";
export * from "./recording-sender.ts";
export * from "./study-of-files.ts";
export * from "./study-of-nifti.ts";
export * from "./test-picture.ts";
export * from "./test-site-keys.ts";
export * from "./web-receiver.ts";
