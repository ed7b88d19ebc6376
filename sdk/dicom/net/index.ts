// The DICOM upper layer and DIMSE messages (PS3.7, PS3.8) as receiver and sender share them.
export { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "../transfer-syntaxes.ts";
export { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "../uid.ts";
export * from "./associate-accept.ts";
export type { AssociateHeader } from "./associate-header.ts";
export * from "./associate-reject.ts";
export * from "./associate-request.ts";
export * from "./command-set.ts";
export * from "./dimse-status.ts";
export * from "./message-reader.ts";
export * from "./p-data.ts";
export * from "./pdu-reader.ts";
export { DEFAULT_MAX_PDU_LENGTH, PDU_HEADER_LENGTH, PduType } from "./pdu-type.ts";
export * from "./protocol-error.ts";
export * from "./release-and-abort.ts";
export * from "./tls-profile.ts";
export type { OperationsWindow, RoleSelection, UserInformation } from "./user-information.ts";
export * from "./well-known-uids.ts";
