// What comes back for an order of the cloud API.
import { type Static, Type } from "typebox";
import { orderReference } from "./order.ts";

/** Asked for by `report_type`; `index` is the table of contents below, the others are files. */
export const REPORT_TYPES = [
  "index",
  "pdf",
  "png",
  "txt",
  "json",
  "xml",
  "features",
  "sr",
  "dicom-pdf",
] as const;
export type ReportType = (typeof REPORT_TYPES)[number];

/** Artifact that a report type stands for; one of another name is fetched by its name. */
export const REPORT_ARTIFACTS: Readonly<Record<Exclude<ReportType, "index">, string>> = {
  pdf: "report",
  png: "preview",
  txt: "summary",
  json: "data",
  xml: "xml",
  features: "features",
  sr: "sr",
  "dicom-pdf": "dicom-pdf",
};

/**
 * Query of `GET /results` (files of diagnostic results) and `GET /failure-report` (files of failures): `report_type`,
 * or `name` for a file that has none.
 */
export const ResultQuery = Type.Object(
  {
    ...orderReference,
    report_type: Type.Optional(Type.Enum(REPORT_TYPES)),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    product: Type.Optional(
      Type.String({ description: "The only one when left out", minLength: 1, maxLength: 100 }),
    ),
  },
  { additionalProperties: false },
);

/** Query of `GET /report`: the report of a batch, by its id or its name. */
export const BatchReportQuery = Type.Object(
  {
    study_group: Type.String({ minLength: 1, maxLength: 100 }),
    report_type: Type.Optional(Type.Literal("csv")),
  },
  { additionalProperties: false },
);

/** One file of a result. */
export const CloudResultFile = Type.Object({
  /** Artifact name: `report`, `data`, `maps/FA`. */
  name: Type.String(),
  /** For `report_type`, or null: then it is fetched by `name`. */
  report_type: Type.Union([Type.String(), Type.Null()]),
  media_type: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
});

/**
 * Answer of `GET /results?report_type=index` and of `GET /failure-report?report_type=index`: one entry for each product
 * of the order. Whose result it is stands here as the files that were processed said it, so that who ordered can tell
 * when somebody else's came back.
 */
export const CloudResultIndex = Type.Object({
  order_id: Type.String({ format: "uuid" }),
  study_uid: Type.String({ description: "StudyInstanceUID (0020,000D) of the processed study" }),
  patient_id: Type.String({ description: "PatientID (0010,0020) of the processed study" }),
  results: Type.Array(
    Type.Object({
      product: Type.String(),
      product_version: Type.String(),
      kind: Type.Union([Type.Literal("diagnostic"), Type.Literal("failure")]),
      created_at: Type.String({ format: "date-time" }),
      indexes: Type.Array(
        Type.Object({
          name: Type.String(),
          value: Type.Union([Type.Number(), Type.Null()]),
          unit: Type.String(),
        }),
      ),
      warnings: Type.Array(Type.String()),
      error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
      files: Type.Array(CloudResultFile),
    }),
  ),
});
export type CloudResultIndex = Static<typeof CloudResultIndex>;

/** SHA-256 of the body, as RFC 9530: every file that the API answers with has it. */
export const DIGEST_HEADER = "Repr-Digest";
