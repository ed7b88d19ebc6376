// Uploads: announce one with its form values, watch it, cancel it; the bytes go another way (transfer-door.ts).
import { contentDisposition } from "@thalamus/sdk/web";
import { type Static, Type } from "typebox";
import type { UploadRow as UploadEntity } from "../../database/entities/upload.ts";
import {
  ACCESSION_NUMBER,
  AGE,
  accessionText,
  ageString,
  STUDY_NAME,
  sexCode,
} from "../../uploads/patient-values.ts";
import { SIDECAR_SCHEMA, SIDECAR_TEMPLATE } from "../../uploads/sidecar.ts";
import { TRANSFER_PATH } from "../../uploads/transfer-door.ts";
import { TransferRefusal } from "../../uploads/transfer-refusal.ts";
import type { Uploads } from "../../uploads/uploads.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, Id, UploadRow } from "../schemas.ts";

const sealed = { additionalProperties: false };

const UploadForm = Type.Object(
  {
    studyName: Type.Optional(
      Type.String({
        pattern: STUDY_NAME,
        description: "What people call the study: 5 to 50 letters, digits, spaces, slashes, colons, hyphens",
      }),
    ),
    accessionNumber: Type.Optional(Type.String({ pattern: ACCESSION_NUMBER })),
    patientAge: Type.Optional(
      Type.String({
        pattern: AGE,
        maxLength: 16,
        description: "48, 048Y, 6M, or 90+ for an age that is hidden",
      }),
    ),
    patientSex: Type.Optional(
      Type.String({ pattern: "^(?:[MmFf]|[Mm][Aa][Ll][Ee]|[Ff][Ee][Mm][Aa][Ll][Ee])$" }),
    ),
    products: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 50,
        uniqueItems: true,
        description: "Products to run; without any the hub's default list is run",
      }),
    ),
    groupId: Type.Optional(
      Type.String({ format: "uuid", description: "Group that its studies join; its products are run" }),
    ),
    studyArchives: Type.Optional(
      Type.Boolean({ description: "It holds one ZIP for each study, and nothing else; needs a group" }),
    ),
    sha256: Type.Optional(
      Type.String({
        pattern: "^[0-9a-fA-F]{64}$",
        description: "Of the whole upload; checked before it is taken in",
      }),
    ),
  },
  sealed,
);

const Options = Type.Object(
  {
    products: Type.Array(Type.String()),
    largestBytes: Type.Integer(),
    keepHours: Type.Number({
      description: "An unfinished upload is removed after so many hours without a byte",
    }),
    requireDemographics: Type.Boolean(),
    specificationUrl: Type.Union([Type.String(), Type.Null()], {
      description: "Page that says which images the products need",
    }),
    transfer: Type.String({ description: "Address of the transfer protocol (tus 1.0)" }),
  },
  sealed,
);

export function uploadRoutes(api: Api, parts: { readonly uploads: Uploads }): void {
  const tag = "Uploads";

  api.route(
    {
      ...{ method: "get", path: "/api/uploads/options", operationId: "getUploadOptions", tag },
      permission: "uploads.create",
      summary: "What an upload may be: products, sizes, where its bytes go",
      responses: { 200: Options },
    },
    async () => {
      const { products, largestBytes, settings } = parts.uploads;
      const { keepHours, requireDemographics, specificationUrl = null } = settings;
      const body = {
        products: [...products],
        largestBytes,
        keepHours,
        requireDemographics,
        specificationUrl,
        transfer: TRANSFER_PATH,
      };
      return { status: 200, body };
    },
  );

  api.route(
    {
      ...{
        method: "get",
        path: "/api/uploads/sidecar-template",
        operationId: "getSidecarTemplate",
        tag,
        permission: "uploads.create",
      },
      summary: "A JSON sidecar to fill in; it goes beside the images",
      responses: { 200: Type.Record(Type.String(), Type.String()) },
    },
    async ({ response }) => {
      response.setHeader("Content-Disposition", contentDisposition("sidecar.json"));
      return { status: 200, body: { ...SIDECAR_TEMPLATE } };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/uploads/sidecar-schema", operationId: "getSidecarSchema", tag },
      permission: "uploads.create",
      summary: "JSON Schema of the sidecar",
      responses: { 200: Type.Record(Type.String(), Type.Unknown()) },
    },
    async () => ({ status: 200, body: { ...SIDECAR_SCHEMA } }),
  );

  api.route(
    {
      ...{ method: "post", path: "/api/uploads", operationId: "createUpload", tag },
      permission: "uploads.create",
      summary: "Announces an upload with its form values; its id goes into the metadata of the transfer",
      body: UploadForm,
      responses: { 201: UploadRow, 400: ApiProblem, 429: ApiProblem },
    },
    async ({ body, visitor, request }) => {
      const { products = [], sha256, groupId, studyArchives, ...given } = body;
      const group = { groupId, studyArchives };
      const form = { values: valuesOf(given), products, sha256: sha256?.toLowerCase(), ...group };
      const address = request.socket.remoteAddress ?? "";
      const row = await parts.uploads.create(form, visitor!, address).catch(asApiError);
      return { status: 201, body: await view(parts.uploads, row) };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/uploads", operationId: "listUploads", tag },
      permission: "uploads.read",
      summary: "All uploads, newest first; no value in it identifies a patient",
      query: Type.Object({
        page: Type.Integer({ minimum: 1, default: 1 }),
        perPage: Type.Integer({ minimum: 1, maximum: 100, default: 25 }),
      }),
      responses: {
        200: Type.Object({ data: Type.Array(UploadRow), total: Type.Integer() }),
        400: ApiProblem,
      },
    },
    async ({ query }) => {
      const { rows, total } = await parts.uploads.store.list(query.page, query.perPage);
      const data = await Promise.all(rows.map((row) => view(parts.uploads, row)));
      return { status: 200, body: { data, total } };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/uploads/:id", operationId: "getUpload", tag },
      permission: "uploads.read",
      summary: "How far an upload is, what was wrong with it, and the studies it became",
      params: Type.Object({ id: Id }),
      responses: { 200: UploadRow, 404: ApiProblem },
    },
    async ({ params }) => {
      const row = await parts.uploads.store.find(params.id);
      if (!row) throw notFound("upload");
      return { status: 200, body: await view(parts.uploads, row) };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: "/api/uploads/:id", operationId: "cancelUpload", tag },
      permission: "uploads.create",
      summary: "Cancels an upload that is not being taken in yet, and removes its bytes",
      params: Type.Object({ id: Id }),
      responses: { 204: null, 403: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, visitor }) => {
      const row = await parts.uploads.store.find(params.id);
      if (!row) throw notFound("upload");
      if (!visitor!.permissions.has("uploads.cancel-any") && row.account.id !== visitor!.accountId) {
        throw new ApiError(
          403,
          "upload.not-yours",
          "Only who announced an upload may cancel it, or who has the permission uploads.cancel-any.",
        );
      }
      if (await parts.uploads.cancel(row, visitor!.name)) return { status: 204, body: undefined };
      throw new ApiError(409, "upload.over", `It is too late to cancel this upload: it is ${row.state}.`);
    },
  );
}

/** In the form DICOM keeps them. @throws ApiError that names the field */
function valuesOf({
  accessionNumber,
  patientAge,
  patientSex,
  ...given
}: Omit<Static<typeof UploadForm>, "products" | "sha256" | "groupId" | "studyArchives">) {
  const age = patientAge === undefined ? undefined : ageString(patientAge);
  if (patientAge !== undefined && age === undefined) {
    throw new ApiError(400, "api.invalid", "The body of the request is wrong: /patientAge is no age.");
  }
  const accession = accessionNumber === undefined ? undefined : accessionText(accessionNumber);
  if (accessionNumber !== undefined && accession === undefined) {
    throw new ApiError(400, "api.invalid", "The body of the request is wrong: /accessionNumber is empty.");
  }
  const sex = patientSex === undefined ? undefined : sexCode(patientSex);
  return {
    ...given,
    ...(age === undefined ? {} : { patientAge: age }),
    ...(accession === undefined ? {} : { accessionNumber: accession }),
    ...(sex === undefined ? {} : { patientSex: sex }),
  };
}

function asApiError(error: unknown): never {
  if (!(error instanceof TransferRefusal)) throw error;
  throw new ApiError(error.status_code, error.code, error.message);
}

async function view(uploads: Uploads, row: UploadEntity): Promise<Static<typeof UploadRow>> {
  const { id, state, bytes, unpackedBytes, format, products, counts, problems, code, message, studyIds } =
    row;
  return {
    ...{ groupId: row.groupId ?? null, studyArchives: row.studyArchives },
    ...{ id, state, unpackedBytes, products, counts, problems, studyIds },
    by: row.account.name,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    bytes: bytes ?? null,
    receivedBytes: await uploads.receivedBytes(row),
    sha256: row.sha256 ?? null,
    format: format ?? null,
    code: code ?? null,
    message: message ?? null,
  };
}
