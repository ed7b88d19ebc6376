// De-identified copies of a study for people: how they were made, and the manifest of each as a file.
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { contentDisposition } from "@thalamus/sdk/web";
import { Type } from "typebox";
import { type CopySight, copiesOfStudy, takeManifest } from "../../deidentified/copies-of-study.ts";
import type { FileTrees } from "../../files/file-trees.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, CheckLineRow, Id } from "../schemas.ts";
import { checkLineRow } from "../screen-rows.ts";

const sealed = { additionalProperties: false };

export const CopyRow = Type.Object(
  {
    id: Type.String({ format: "uuid" }),
    revision: Type.Integer(),
    createdAt: Type.String({ format: "date-time" }),
    files: Type.Integer(),
    bytes: Type.Integer({ description: "Of the instances" }),
    manifest: Type.Object(
      {
        bytes: Type.Integer(),
        sha256: Type.String({ description: "Lower-case hex" }),
        number: Type.Union([Type.Integer(), Type.Null()], {
          description: "Place in the site's chain, from 1 on",
        }),
        previousSha256: Type.Union([Type.String(), Type.Null()], {
          description: "Of the manifest before it in the chain",
        }),
      },
      sealed,
    ),
    rules: Type.Array(Type.Object({ rule: Type.String(), elements: Type.Integer() }, sealed), {
      description: "How many elements each rule changed in all files",
    }),
    lines: Type.Array(CheckLineRow, { description: "What was found about pixels and documents" }),
  },
  sealed,
);

export function copyRoutes(api: Api, orm: MikroORM, trees: FileTrees): void {
  api.route(
    {
      method: "get",
      path: "/api/studies/:id/copies",
      operationId: "listCopies",
      summary: "De-identified copies of a study, the newest revision first; no value, no pseudonym",
      tag: "De-identification",
      permission: "studies.read",
      params: Type.Object({ id: Id }),
      responses: { 200: Type.Object({ data: Type.Array(CopyRow) }, sealed), 404: ApiProblem },
    },
    async ({ params }) => {
      const copies = await copiesOfStudy(orm.em.fork(), params.id);
      if (!copies) throw notFound("study");
      return { status: 200, body: { data: copies.map(copyRow) } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/copies/:id/manifest",
      operationId: "getManifest",
      summary: "The signed manifest of a copy, to check and to keep; who took it is journalled",
      tag: "De-identification",
      permission: "copies.manifest",
      params: Type.Object({ id: Id }),
      responses: { 200: null, 404: ApiProblem },
    },
    async ({ params, visitor, response }) => {
      const manifest = await takeManifest(orm.em.fork(), trees, params.id, visitor!.name);
      if (!manifest) throw notFound("copy");
      response.setHeader("Content-Type", "application/octet-stream");
      response.setHeader("Content-Length", String(manifest.bytes));
      response.setHeader("Content-Disposition", contentDisposition(manifest.name));
      response.setHeader("Cache-Control", "private, no-store");
      await pipeline(createReadStream(manifest.path), response);
      return { status: 200, body: undefined };
    },
  );
}

function copyRow({ changes, lines, createdAt, manifest, ...copy }: CopySight) {
  const rules = Object.entries(changes).map(([rule, elements]) => ({ rule, elements }));
  return {
    ...copy,
    createdAt: createdAt.toISOString(),
    manifest: { ...manifest },
    rules: rules.toSorted((a, b) => b.elements - a.elements || (a.rule < b.rule ? -1 : 1)),
    lines: lines.map(checkLineRow),
  };
}
