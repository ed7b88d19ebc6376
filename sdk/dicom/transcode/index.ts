// Any transfer syntax to Explicit VR Little Endian with uncompressed pixels.
export { CannotTranscode } from "./cannot-transcode.ts";
export * from "./explicit-file.ts";
