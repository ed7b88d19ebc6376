// Pages of the console that plugins contribute: the list, what one shows, and its script.
import { Type } from "typebox";
import type { Visitor } from "../../access/visitor.ts";
import { ConsolePages, type ConsolePagesParts, PageProblem } from "../../plugins/console-pages.ts";
import { PageBlockShape } from "../../plugins/page-content.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, Id, oneOf } from "../schemas.ts";

const tag = "Plugins";
/** Beyond that each page asks for its own. */
const permission = "signed-in";
const Name = Type.String({ maxLength: 63 });
const byPage = Type.Object({ entry: Name, id: Name });

export const PluginPageInfo = Type.Object({
  entry: Type.String({ description: "Name of the plugin entry" }),
  id: Type.String(),
  title: Type.String(),
  place: oneOf(["page", "study"], { description: "In the navigation, or a tab of every study" }),
  texts: Type.Record(Type.String(), Type.Record(Type.String(), Type.String()), {
    description: "Its texts in other languages, by language and by the English",
  }),
  script: Type.Optional(
    Type.Object({
      src: Type.String(),
      integrity: Type.String({ description: "A script that does not fit it is not run" }),
    }),
  ),
  problem: Type.Optional(Type.String({ description: "Why it cannot be shown" })),
});

export function pluginPageRoutes(api: Api, parts: () => ConsolePagesParts): void {
  let opened: ConsolePages | undefined;
  const pages = () => {
    opened ??= new ConsolePages(parts());
    return opened;
  };
  const admitted = (visitor: Visitor, entry: string, id: string) => {
    const needed = pages().needs(entry, id);
    if (needed === undefined) throw notFound("page of a plugin");
    if (visitor.permissions.has(needed)) return;
    throw new ApiError(403, "access.permission", `This page needs the permission ${needed}.`);
  };

  api.route(
    {
      ...{ method: "get", path: "/api/plugin-pages", operationId: "listPluginPages", tag, permission },
      summary: "Pages that plugins contribute to the console, as far as who asks may open them",
      responses: { 200: Type.Object({ data: Type.Array(PluginPageInfo) }) },
    },
    async ({ visitor }) => {
      const data = pages()
        .list(visitor!.permissions)
        .map(({ entry, id, title, place, texts, integrity, problem }) => ({
          ...{ entry, id, title, place, texts },
          ...(problem === undefined ? {} : { problem }),
          ...(integrity === undefined
            ? {}
            : { script: { src: `/api/plugin-pages/${entry}/${id}/script.js`, integrity } }),
        }));
      return { status: 200, body: { data } };
    },
  );

  api.route(
    {
      ...{
        method: "get",
        path: "/api/plugin-pages/:entry/:id",
        operationId: "getPluginPage",
        tag,
        permission,
      },
      summary: "What a page shows, as data",
      params: byPage,
      query: Type.Object({ studyId: Type.Optional(Id) }),
      responses: {
        200: Type.Object({ blocks: Type.Array(PageBlockShape) }),
        ...{ 403: ApiProblem, 404: ApiProblem, 502: ApiProblem },
      },
    },
    async ({ params: { entry, id }, query: { studyId }, visitor }) => {
      admitted(visitor!, entry, id);
      const subject = studyId === undefined ? {} : { studyId };
      const content = await pages().content(entry, id, subject).catch(asAnswer);
      return { status: 200, body: JSON.parse(JSON.stringify(content)) };
    },
  );

  const path = "/api/plugin-pages/:entry/:id/script.js";
  api.door({ methods: ["get"], path, permission }, ({ visitor, request, response }) => {
    const { entry = "", id = "" } = request.params as Record<string, string>;
    admitted(visitor!, entry, id);
    const script = pages().script(entry, id);
    if (script === undefined) throw notFound("script");
    response.type("text/javascript").send(script);
  });
}

function asAnswer(error: unknown): never {
  if (error instanceof PageProblem) throw new ApiError(502, "plugin.page", error.message);
  throw error;
}
