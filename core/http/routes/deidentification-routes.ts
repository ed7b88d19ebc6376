// De-identification for admins: a look at what it does to a study, and the release of what it held.
import { Permanent, Transient } from "@thalamus/sdk";
import { Type } from "typebox";
import type { DeidentificationPreview } from "../../deidentified/preview.ts";
import type { Release, ReleaseAnswer } from "../../steps/release-step.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { RevealReason, type RevealRule, reasonOf } from "../reveal-reason.ts";
import { ApiProblem, Id, oneOf } from "../schemas.ts";

export interface DeidentificationParts {
  readonly preview: DeidentificationPreview;
  readonly release: (release: Release) => Promise<ReleaseAnswer>;
}

/** A person waits for it. */
const LONGEST_PREVIEW_MS = 30_000;
const sealed = { additionalProperties: false };
const maybeText = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

export const ElementPreviewRow = Type.Object(
  {
    path: Type.String({
      description:
        "Tags from the data set down, items from 0: (0008,1140)[0].(0008,1155); of a NIfTI study the name of a field",
    }),
    keyword: Type.String({ description: "Empty for a private element, and for what is none" }),
    vr: Type.String(),
    action: Type.String({
      description: "What is done to it: keep, remove, empty, dummy, map, shift, clean, pseudonym, add, hold",
    }),
    rule: Type.String({ description: "The rule that decides" }),
    changed: Type.Boolean({ description: "Whether the copy has another value, or none" }),
    before: maybeText("Value in the source; null unless revealed"),
    after: maybeText("Value in the copy; null unless revealed"),
  },
  sealed,
);

const Preview = Type.Object(
  {
    transform: Type.String({ description: "Plugin entry that would do it" }),
    revealed: Type.Boolean(),
    files: Type.Array(
      Type.Object(
        {
          instance: Type.Integer({ description: "Place in the study, from 1 on" }),
          series: Type.Integer({
            description: "Place of its series, or of the NIfTI volume it belongs to, from 1 on",
          }),
          role: oneOf(["dicom", "image", "bval", "bvec", "sidecar"], {
            description: "A DICOM object, or which of the files of a NIfTI volume",
          }),
          modality: Type.String(),
          elements: Type.Array(ElementPreviewRow),
        },
        sealed,
      ),
    ),
    moreSeries: Type.Integer({ description: "Series beyond those that are shown" }),
  },
  sealed,
);

/** The parts are touched only when a route is called. */
export function deidentificationRoutes(
  api: Api,
  parts: () => DeidentificationParts,
  rule: () => RevealRule,
): void {
  api.route(
    {
      method: "post",
      path: "/api/studies/:id/deidentification-preview",
      operationId: "previewDeidentification",
      summary:
        "Every element before and after de-identification; values only with reveal, which is journalled",
      tag: "De-identification",
      permission: "deidentification.preview",
      params: Type.Object({ id: Id }),
      body: Type.Object(
        {
          instance: Type.Optional(
            Type.Integer({
              minimum: 1,
              description:
                "Place in the study; left out, the first of each series, or every file of a NIfTI study",
            }),
          ),
          reveal: Type.Boolean({ default: false, description: "Show values; who asked is journalled" }),
          reason: RevealReason,
        },
        sealed,
      ),
      responses: { 200: Preview, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem, 503: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      const { instance, reveal, reason } = body;
      const why = reveal ? reasonOf(rule(), reason) : {};
      const request = {
        studyId: params.id,
        ...(instance === undefined ? {} : { instance }),
        ...(reveal ? { revealFor: visitor!.name, ...why } : {}),
      };
      const signal = AbortSignal.timeout(LONGEST_PREVIEW_MS);
      const answer = await parts()
        .preview.of(request, signal)
        .catch((error: unknown) => refuse(error, signal));
      if (answer === "no-study") throw notFound("study");
      if (answer === "no-instance") throw notFound("instance of this study");
      if (answer === "no-transform") {
        const message = "No plugin of this hub's route can show how it would de-identify this study.";
        throw new ApiError(409, "deidentification.no-preview", message);
      }
      return { status: 200, body: { ...answer, files: answer.files.map(asRow) } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/steps/:id/release",
      operationId: "releaseStep",
      summary: "Lets lines pass that held a de-identification; the step runs again",
      tag: "De-identification",
      permission: "deidentification.release",
      params: Type.Object({ id: Id }),
      body: Type.Object(
        {
          lines: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
            minItems: 1,
            maxItems: 100,
            uniqueItems: true,
            description: "Ids of lines that failed",
          }),
          reason: Type.String({
            minLength: 3,
            maxLength: 500,
            description: "Why; kept in the journal for good, so without anything about the patient",
          }),
        },
        sealed,
      ),
      responses: { 204: null, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      const answer = await parts().release({ stepId: params.id, ...body, actor: visitor!.name });
      if (answer === "no-step") throw notFound("de-identification step");
      if (answer === "not-held")
        throw new ApiError(409, "api.not-held", "This step does not wait for a person.");
      if (answer === "no-such-line") {
        throw new ApiError(400, "api.unknown-line", "A line of the request did not hold this step.");
      }
      if (answer === "names-patient") {
        const message = "The reason holds a value that identifies the patient. Say it without.";
        throw new ApiError(400, "deidentification.reason-names-patient", message);
      }
      return { status: 204, body: undefined };
    },
  );
}

type FoundPreview = Exclude<Awaited<ReturnType<DeidentificationPreview["of"]>>, string>;

const asRow = ({ elements, ...file }: FoundPreview["files"][number]) => ({
  ...file,
  elements: [...elements],
});

/** What a plugin says on purpose has a code and no value in it; anything else is a bug. */
function refuse(error: unknown, signal: AbortSignal): never {
  if (signal.aborted) throw new ApiError(503, "deidentification.slow", "The preview took too long.");
  if (error instanceof Transient) throw new ApiError(503, error.code, error.message);
  if (error instanceof Permanent) throw new ApiError(409, error.code, error.message);
  throw error;
}
