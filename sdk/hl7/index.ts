// Messages in HL7 version 2: writes and reads them, with values that cannot break out of their fields.
export * from "./build-message.ts";
export * from "./character-set.ts";
export * from "./escaping.ts";
export * from "./hl7-time.ts";
export * from "./person-name.ts";
export * from "./problem.ts";
export * from "./read-message.ts";
export * from "./segments.ts";
