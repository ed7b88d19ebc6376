// How the archive of an order gets into the cloud: parts to addresses that are good for this and nothing else.
import { type Static, Type } from "typebox";
import { LARGEST_UPLOAD_BYTES, MOST_PARTS, SMALLEST_PART_BYTES } from "./limits.ts";

const Uuid = Type.String({ format: "uuid" });
const When = Type.String({ format: "date-time" });
const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$", description: "Lower-case hex" });
const sealed = { additionalProperties: false };

/** Body of `POST /upload/multipart/initiate`: a ZIP of DICOM objects, or of NIfTI with its tables and sidecar. */
export const UploadBegin = Type.Object(
  {
    order_id: Uuid,
    bytes: Type.Integer({ minimum: 1, maximum: LARGEST_UPLOAD_BYTES }),
    sha256: Type.Optional(Sha256),
  },
  sealed,
);
export type UploadBegin = Static<typeof UploadBegin>;

/** The same order and size answer with the upload that is open already, and with the parts that are there. */
export const UploadBegun = Type.Object({
  upload_id: Uuid,
  /** All parts but the last have this size. */
  part_bytes: Type.Integer({ minimum: SMALLEST_PART_BYTES }),
  parts: Type.Integer({ minimum: 1, maximum: MOST_PARTS }),
  received: Type.Array(Type.Object({ part_number: Type.Integer(), etag: Type.String() })),
  expires_at: When,
});
export type UploadBegun = Static<typeof UploadBegun>;

/** Body of `POST /upload/multipart/presigned-urls`. A part whose SHA-256 is named is refused when it has another. */
export const PartUrlsWanted = Type.Object(
  {
    upload_id: Uuid,
    parts: Type.Array(
      Type.Object(
        {
          part_number: Type.Integer({ minimum: 1, maximum: MOST_PARTS }),
          sha256: Type.Optional(Sha256),
        },
        sealed,
      ),
      { minItems: 1, maxItems: MOST_PARTS },
    ),
  },
  sealed,
);
export type PartUrlsWanted = Static<typeof PartUrlsWanted>;

/** PUT the part there with these headers and no others of one's own; the answer has an `ETag`. */
export const PartUrls = Type.Object({
  parts: Type.Array(
    Type.Object({
      part_number: Type.Integer(),
      url: Type.String({ format: "uri" }),
      headers: Type.Record(Type.String(), Type.String()),
      expires_at: When,
    }),
  ),
});
export type PartUrls = Static<typeof PartUrls>;

/** Body of `POST /upload/multipart/complete`: all parts are there, the order begins. Answers with the order. */
export const UploadComplete = Type.Object(
  {
    upload_id: Uuid,
    parts: Type.Array(
      Type.Object({ part_number: Type.Integer({ minimum: 1 }), etag: Type.String() }, sealed),
      { minItems: 1, maxItems: MOST_PARTS },
    ),
  },
  sealed,
);
export type UploadComplete = Static<typeof UploadComplete>;

/** Body of `POST /upload/multipart/abort`: the parts are thrown away and the order is cancelled. */
export const UploadAbort = Type.Object({ upload_id: Uuid }, sealed);

/** Answer of `GET /upload/single-put?order_id=`: one small file; the order begins when it has arrived. */
export const SinglePut = Type.Object({
  url: Type.String({ format: "uri" }),
  key: Type.String(),
  headers: Type.Record(Type.String(), Type.String()),
  expires_at: When,
});
