// Compressed pixels: what can be decompressed and compressed, frame by frame.
export * from "./codec-of-syntax.ts";
export * from "./frame-codec.ts";
export * from "./frame-shape.ts";
