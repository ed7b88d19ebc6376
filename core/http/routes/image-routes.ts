// Images of a study for people to look at: pictures of frames, what a series holds, elements and their audited reveal.
import type { Response } from "express";
import { Type } from "typebox";
import { IMAGE_ID } from "../../images/image-queries.ts";
import { ImageRefusal } from "../../images/image-refusal.ts";
import type { StudyImages } from "../../images/study-images.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { RevealReason, type RevealRule, reasonOf } from "../reveal-reason.ts";
import { ApiProblem, Id, oneOf } from "../schemas.ts";

const sealed = { additionalProperties: false };
const ImageId = Type.String({ pattern: IMAGE_ID, description: "Of `GET /api/studies/{id}/series`" });
const size = (fallback: number) => Type.Integer({ minimum: 64, maximum: 1024, default: fallback });
const maybeNumber = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const REFUSALS = { 404: ApiProblem, 422: ApiProblem, 503: ApiProblem } as const;
const MOST_REVEALED = 500;
/** Deeper than sequences go. */
const LONGEST_PATH = 200;

const ElementRow = Type.Object(
  {
    path: Type.String({
      description: "Tags from the data set down, items from 0: (0008,1140)[0].(0008,1155)",
    }),
    keyword: Type.String({ description: "Empty for what the standard does not know" }),
    vr: Type.String(),
    value: Type.Union([Type.String(), Type.Null()], { description: "Null where it is covered" }),
    covered: Type.Boolean({ description: "It may tell of the patient, and has to be revealed" }),
  },
  sealed,
);

/** The images are touched only when a route is called. */
export function imageRoutes(api: Api, images: () => StudyImages, rule: () => RevealRule): void {
  pictureRoutes(api, images);
  elementRoutes(api, images, rule);
}

function pictureRoutes(api: Api, images: () => StudyImages): void {
  api.route(
    {
      method: "get",
      path: "/api/studies/:id/series/:series/images",
      operationId: "listImages",
      summary: "The images of a series in the order of their numbers; nothing in it identifies the patient",
      tag: "Images",
      permission: "studies.read",
      params: Type.Object({ id: Id, series: ImageId }),
      responses: {
        200: Type.Object({
          number: maybeNumber("SeriesNumber (0020,0011)"),
          images: Type.Array(
            Type.Object(
              {
                id: Type.String(),
                number: maybeNumber("InstanceNumber (0020,0013)"),
                frames: Type.Integer({ description: "Of a Siemens mosaic its slices" }),
                rows: Type.Integer(),
                columns: Type.Integer(),
              },
              sealed,
            ),
          ),
          unreadable: Type.Integer({ description: "Images whose files are damaged" }),
        }),
        ...REFUSALS,
      },
    },
    async ({ params, response }) => {
      const signal = untilGone(response);
      const found = await images().series(params.id, params.series, signal).catch(refuse);
      if (!found) throw notFound("series of this study");
      return { status: 200, body: found };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/studies/:id/series/:series/thumbnail",
      operationId: "getThumbnail",
      summary: "A small picture (JPEG) of the middle of a series; who looked is journalled",
      tag: "Images",
      permission: "studies.view",
      params: Type.Object({ id: Id, series: ImageId }),
      query: Type.Object({ size: size(128) }),
      responses: { 200: null, ...REFUSALS },
    },
    async ({ params, query, visitor, response }) => {
      const look = { by: visitor!.name, signal: untilGone(response) };
      const picture = await images().thumbnail(params.id, params.series, query.size, look).catch(refuse);
      if (!picture) throw notFound("series of this study");
      sendPicture(response, picture.bytes, "image/jpeg");
      return { status: 200, body: undefined };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/studies/:id/instances/:instance/frames/:frame/rendered",
      operationId: "renderFrame",
      summary:
        "A frame of an image as a picture: burned-in names and faces are in it as they are; who looked is journalled",
      tag: "Images",
      permission: "studies.view",
      params: Type.Object({
        id: Id,
        instance: ImageId,
        frame: Type.Integer({ minimum: 1, maximum: 10_000_000, description: "From 1 on" }),
      }),
      query: Type.Object({
        size: size(512),
        window: oneOf(["stored", "fit"], {
          default: "stored",
          description: "As the image says; `fit` as its values lie, and so where the image says nothing",
        }),
        center: Type.Optional(Type.Number({ description: "With `width`, in place of `window`" })),
        width: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
        format: oneOf(["jpeg", "png"], { default: "jpeg" }),
      }),
      responses: { 200: null, 400: ApiProblem, ...REFUSALS },
    },
    async ({ params, query, visitor, response }) => {
      const look = { by: visitor!.name, signal: untilGone(response) };
      const options = {
        frame: params.frame,
        size: query.size,
        window: windowOf(query),
        format: query.format,
      };
      const picture = await images().frame(params.id, params.instance, options, look).catch(refuse);
      if (!picture) throw notFound("image of this study");
      if (picture.window) {
        response.setHeader("Window-Center", picture.window.center);
        response.setHeader("Window-Width", picture.window.width);
      }
      sendPicture(response, picture.bytes, `image/${query.format}`);
      return { status: 200, body: undefined };
    },
  );
}

function elementRoutes(api: Api, images: () => StudyImages, rule: () => RevealRule): void {
  const params = Type.Object({ id: Id, instance: ImageId });
  api.route(
    {
      method: "get",
      path: "/api/studies/:id/instances/:instance/elements",
      operationId: "listElements",
      summary: "The elements of an image, values that may tell of the patient covered",
      tag: "Images",
      permission: "studies.read",
      params,
      responses: {
        200: Type.Object({
          elements: Type.Array(ElementRow),
          more: Type.Integer({ description: "Elements beyond those that are listed" }),
        }),
        ...REFUSALS,
      },
    },
    async ({ params: { id, instance }, response }) => {
      const found = await images().elements(id, instance, untilGone(response)).catch(refuse);
      if (!found) throw notFound("image of this study");
      return { status: 200, body: found };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/:id/instances/:instance/reveal",
      operationId: "revealElements",
      summary: "Shows values of elements that may tell of the patient; who asked for which is journalled",
      tag: "Images",
      permission: "studies.reveal",
      params,
      body: Type.Object(
        {
          elements: Type.Array(
            // nothing but tags gets into the journal
            Type.String({
              maxLength: LONGEST_PATH,
              pattern: "^(\\([0-9a-f]{4},[0-9a-f]{4}\\)(\\[\\d{1,6}\\]\\.|$))+$",
            }),
            { minItems: 1, maxItems: MOST_REVEALED, uniqueItems: true, description: "Paths" },
          ),
          reason: RevealReason,
        },
        sealed,
      ),
      responses: {
        200: Type.Record(Type.String(), Type.String(), { description: "Values by path" }),
        400: ApiProblem,
        ...REFUSALS,
      },
    },
    async ({ params: { id, instance }, body, visitor, response }) => {
      const look = { by: visitor!.name, signal: untilGone(response) };
      const values = await images()
        .reveal(id, instance, body.elements, look, reasonOf(rule(), body.reason))
        .catch(refuse);
      if (!values) throw notFound("image of this study");
      return { status: 200, body: values };
    },
  );
}

interface AskedWindow {
  readonly window: "stored" | "fit";
  readonly center?: number;
  readonly width?: number;
}

function windowOf({ window, center, width }: AskedWindow) {
  if (center === undefined && width === undefined) return window;
  if (center !== undefined && width !== undefined) return { center, width };
  throw new ApiError(400, "api.invalid", "The query of the request is wrong: center and width go together.");
}

/** Who goes away while he waits for his turn gets no picture made. */
function untilGone(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}

function sendPicture(response: Response, bytes: Uint8Array, mediaType: string): void {
  response.setHeader("Cache-Control", "private, no-store");
  response.type(mediaType);
  response.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

function refuse(error: unknown): never {
  if (error instanceof ImageRefusal) throw new ApiError(error.status, error.code, error.message);
  throw error;
}
