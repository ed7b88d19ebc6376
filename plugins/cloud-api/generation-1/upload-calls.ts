// Calls of generation 1 that bring the data: several archives for an order, each in parts.
import { post } from "./call.ts";
import { CompleteFields, PartFields, requireUuid, UploadFields } from "./request-fields.ts";

export const multipartUploadRequest = post(
  "orders:write",
  UploadFields,
  async ({ desk, caller, fields, exchange }) => {
    const { id } = await desk.beginUpload(caller, requireUuid(fields.orderId), { archive: fields.zipIndex });
    exchange.fields["upload"] = id;
    return JSON.stringify({ uploadId: id });
  },
);

export const multipartPresignedUrl = post(
  "orders:write",
  PartFields,
  async ({ desk, caller, fields, exchange }) => {
    // whose order it is counts here, too, though the upload alone would tell
    await desk.find(caller, { orderId: requireUuid(fields.orderId) });
    const uploadId = requireUuid(fields.uploadId);
    exchange.fields["upload"] = uploadId;
    const wanted = [{ number: fields.partNumber }];
    const [address] = await desk.partAddresses(caller, uploadId, wanted, `${exchange.baseUrl}/parts`);
    return JSON.stringify({ presignedUrl: address!.url });
  },
);

export const completeMultipartUpload = post(
  "orders:write",
  CompleteFields,
  async ({ desk, caller, fields, exchange }) => {
    await desk.find(caller, { orderId: requireUuid(fields.orderId) });
    const uploadId = requireUuid(fields.uploadId);
    exchange.fields["upload"] = uploadId;
    const parts = fields.uploadParts.map(({ PartNumber, ETag }) => {
      return { number: PartNumber, etag: ETag.replaceAll('"', "") };
    });
    const { id } = await desk.completeUpload(caller, uploadId, parts, fields.finalPart === 1);
    return JSON.stringify({ orderId: id });
  },
);
