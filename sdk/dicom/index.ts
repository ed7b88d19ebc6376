// DICOM data sets: follow them as they arrive, read headers of files, write new objects and file them.
export { decodeText } from "./character-set.ts";
export * from "./dataset-errors.ts";
export { DatasetView, type ViewedElement } from "./dataset-view.ts";
export * from "./dataset-walker.ts";
export * from "./dataset-writer.ts";
export * from "./element-address.ts";
export * from "./file-header.ts";
export * from "./file-meta.ts";
export * from "./part10-meta.ts";
export * from "./pixel-data-place.ts";
export * from "./report-destination.ts";
export * from "./report-modules.ts";
export * from "./store-answer.ts";
export * from "./tags.ts";
export * from "./transfer-syntaxes.ts";
export * from "./uid.ts";
export { decimalString } from "./value-encoding.ts";
export * from "./what-is-taken.ts";
