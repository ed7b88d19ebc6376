// Plugin entries come, go and get other names; settings go out as a file and come in as one.
import { Type } from "typebox";
import { formSchema } from "../../settings/form-schema.ts";
import { ownPlugins } from "../../settings/own-plugins.ts";
import type { SettingsFile } from "../../settings/settings-exchange.ts";
import type { Api } from "../api.ts";
import { ApiProblem } from "../schemas.ts";
import { answered } from "../settings-error.ts";
import { Changes, listed, Made, type SettingsRouteParts } from "./settings-routes.ts";

const sealed = { additionalProperties: false };
const entryName = Type.String({ pattern: "^[a-z][a-z0-9-]{0,62}$" });
const named = Type.Object({ name: entryName });
const passphrase = Type.Optional(Type.String({ minLength: 8, maxLength: 200 }));
const anyObject = Type.Record(Type.String(), Type.Unknown());
const fileFields = { text: Type.String({ maxLength: 900_000 }), passphrase };
const File = Type.Object(fileFields, sealed);
const seen = Type.Integer({
  minimum: 0,
  description: "Of the preview; refused when others have saved since",
});

export function settingsEntryRoutes(api: Api, parts: SettingsRouteParts): void {
  entryRoutes(api, parts);
  exchangeRoutes(api, parts);
}

function entryRoutes(api: Api, parts: SettingsRouteParts): void {
  api.route(
    {
      method: "get",
      path: "/api/settings-plugins",
      operationId: "listSettingsPlugins",
      summary: "Plugins that come with the hub, of which entries can be made",
      tag: "Settings",
      permission: "settings.read",
      responses: {
        200: Type.Object({
          data: Type.Array(
            Type.Object({
              use: Type.String(),
              title: Type.String(),
              kind: Type.String(),
              summary: Type.String(),
              schema: anyObject,
            }),
          ),
        }),
      },
    },
    async () => {
      const plugins = await ownPlugins();
      const data = plugins.map(({ name, title, kind, summary, settings }) => {
        return { use: name, title, kind, summary, schema: { ...formSchema(settings) } };
      });
      return { status: 200, body: { data } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/settings-entries",
      operationId: "addEntry",
      summary: "Adds a plugin entry, for example a destination, and takes it into the route if wanted",
      tag: "Settings",
      permission: "settings.write",
      body: Type.Object(
        { use: entryName, name: entryName, settings: anyObject, inRoute: Type.Boolean({ default: false }) },
        sealed,
      ),
      responses: { 200: Made, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ body, visitor }) => {
      const asked = parts.settings().addEntry(body, visitor!);
      return { status: 200, body: { version: await answered(asked) } };
    },
  );

  api.route(
    {
      method: "delete",
      path: "/api/settings-entries/:name",
      operationId: "removeEntry",
      summary: "Removes a plugin entry, from the route too; refused while steps are addressed to it",
      tag: "Settings",
      permission: "settings.write",
      params: named,
      responses: { 200: Made, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, visitor }) => {
      const asked = parts.settings().removeEntry(params, visitor!);
      return { status: 200, body: { version: await answered(asked) } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/settings-entries/:name/rename",
      operationId: "renameEntry",
      summary: "Gives a plugin entry another name, in the route too; refused while steps are addressed to it",
      tag: "Settings",
      permission: "settings.write",
      params: named,
      body: Type.Object({ to: entryName }, sealed),
      responses: { 200: Made, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      const asked = parts.settings().renameEntry({ ...params, ...body }, visitor!);
      return { status: 200, body: { version: await answered(asked) } };
    },
  );
}

function exchangeRoutes(api: Api, parts: SettingsRouteParts): void {
  api.route(
    {
      method: "post",
      path: "/api/settings-export",
      operationId: "exportSettings",
      summary: "All settings as YAML; with a passphrase the secrets are sealed with it, else left out",
      tag: "Settings",
      permission: "settings.write",
      body: Type.Object({ passphrase }, sealed),
      responses: { 200: Type.Object({ text: Type.String() }) },
    },
    async ({ body, visitor }) => {
      const text = await parts.settings().export(body.passphrase, visitor!);
      return { status: 200, body: { text } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/settings-import/preview",
      operationId: "previewSettingsImport",
      summary: "What an import would change, and why it would be refused",
      tag: "Settings",
      permission: "settings.write",
      body: File,
      responses: {
        200: Type.Object({
          version: Type.Integer({ description: "The version that the file was compared with" }),
          changes: Changes,
          problems: Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
        }),
        400: ApiProblem,
      },
    },
    async ({ body, visitor }) => {
      const asked = parts.settings().previewImport(fileOf(body), visitor!);
      const { version, changes, problems } = await answered(asked);
      return {
        status: 200,
        body: { version, changes: listed(changes), problems: problems.map((one) => ({ ...one })) },
      };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/settings-import",
      operationId: "importSettings",
      summary: "Makes a version of the settings out of a file",
      tag: "Settings",
      permission: "settings.write",
      body: Type.Object({ ...fileFields, version: Type.Optional(seen) }, sealed),
      responses: { 200: Made, 400: ApiProblem, 409: ApiProblem },
    },
    async ({ body, visitor }) => {
      const asked = parts.settings().import(fileOf(body), visitor!, body.version);
      return { status: 200, body: { version: await answered(asked) } };
    },
  );
}

const fileOf = ({ text, passphrase: key }: { text: string; passphrase?: string }): SettingsFile => ({
  text,
  ...(key === undefined ? {} : { passphrase: key }),
});
