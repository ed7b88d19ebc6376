// The columns of an instance's row that its file and its association give.
import type { Arrival } from "./group-commit.ts";

export function arrivalRow({ header, association: { source }, ...file }: Arrival) {
  return {
    series_instance_uid: header.seriesInstanceUid,
    sop_instance_uid: header.sopInstanceUid,
    sop_class_uid: header.sopClassUid,
    transfer_syntax_uid: file.transferSyntaxUid,
    modality: header.modality,
    sha256: file.sha256,
    bytes: file.bytes,
    path: file.path,
    calling_ae: source.callingAe,
    called_ae: source.calledAe,
    remote_address: source.remoteAddress,
    tls_identity: source.tlsIdentity ?? "",
  };
}
