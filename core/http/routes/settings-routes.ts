// The settings: sections with their forms, saving one, buttons, versions.
import { Type } from "typebox";
import { SETTINGS_ORIGINS } from "../../database/entities/settings-version.ts";
import type { SectionChanges } from "../../settings/differing-sections.ts";
import type { SectionView, SettingsDesk } from "../../settings/settings-desk.ts";
import type { Api } from "../api.ts";
import { ApiError } from "../api-error.ts";
import { ApiProblem, oneOf } from "../schemas.ts";
import { answered } from "../settings-error.ts";

export interface SettingsRouteParts {
  readonly settings: () => SettingsDesk;
}

const sealed = { additionalProperties: false };
const anything = Type.Unknown();
const anyObject = Type.Record(Type.String(), anything);
const texts = Type.Array(Type.String());
const version = Type.Integer({ minimum: 0, description: "Number of the version that the person began with" });
const comment = Type.Optional(Type.String({ maxLength: 500 }));
const item = Type.Optional(
  Type.String({
    maxLength: 200,
    description: "Field or entry of a list that the button stands at: allowedCallers.0",
  }),
);
const maybeText = Type.Union([Type.String(), Type.Null()]);
const time = Type.String({ format: "date-time" });
export const Made = Type.Object({ version: Type.Integer({ description: "The version that counts now" }) });

const SettingsSection = Type.Object({
  id: Type.String(),
  title: Type.String(),
  summary: Type.String(),
  group: Type.String(),
  kind: Type.String({ description: "core, or the kind of plugin" }),
  entry: maybeText,
  schema: Type.Record(Type.String(), anything, { description: "JSON Schema with x-ui hints" }),
  value: Type.Record(Type.String(), anything, {
    description: "With defaults; a secret is { $secret, setAt }, and is sent back so to stay what it is",
  }),
  applies: oneOf(["now", "restart"]),
  waiting: texts,
  actions: Type.Array(
    Type.Object({
      id: Type.String(),
      label: Type.String(),
      confirm: Type.Optional(Type.String()),
      at: Type.Optional(Type.String({ description: "Field, or list[] for its entries, that it stands at" })),
      opensWindow: Type.Optional(
        Type.Boolean({ description: "What it does goes on in a window of its own" }),
      ),
    }),
  ),
  problem: maybeText,
});

const FieldChange = Type.Object({ field: Type.String(), before: anything, after: anything });
export const Changes = Type.Array(Type.Object({ section: Type.String(), fields: Type.Array(FieldChange) }));

const SettingsVersionView = Type.Object({
  number: Type.Integer(),
  origin: oneOf(SETTINGS_ORIGINS),
  madeBy: Type.String(),
  madeAt: time,
  comment: maybeText,
  changes: Type.Record(Type.String(), texts, { description: "Names of changed fields, by section" }),
  proven: Type.Boolean({ description: "A hub has worked with it" }),
  problem: maybeText,
});

export const SETTINGS_SHAPES = { SettingsSection, SettingsVersionView };

interface TriedSettings {
  ok: boolean;
  message: string;
  details: string[];
  ms: number;
  values?: Record<string, unknown>;
  open?: string;
}

/** Each of them may knock at a door elsewhere. */
const MOST_TRIES = 30;
const TRIES_WITHIN_MS = 60_000;

export function settingsRoutes(api: Api, parts: SettingsRouteParts): void {
  sectionRoutes(api, parts);
  versionRoutes(api, parts);
}

function sectionRoutes(api: Api, parts: SettingsRouteParts): void {
  const tries = new Map<string, number[]>();
  const countTry = (actor: string) => {
    const since = Date.now() - TRIES_WITHIN_MS;
    const recent = (tries.get(actor) ?? []).filter((at) => at > since);
    if (recent.length >= MOST_TRIES) {
      throw new ApiError(429, "settings.too-many", "That were many tries. Wait a minute.");
    }
    tries.set(actor, [...recent, Date.now()]);
  };
  api.route(
    {
      method: "get",
      path: "/api/settings",
      operationId: "getSettings",
      summary: "Every section with its form and its values; secrets are references",
      tag: "Settings",
      permission: "settings.read",
      responses: {
        200: Type.Object({
          version: Type.Integer(),
          running: Type.Union([Type.Integer(), Type.Null()]),
          readOnly: Type.Boolean({ description: "This hub lives from its file alone" }),
          trouble: Type.Union([
            Type.Object({ version: Type.Integer(), problem: Type.String() }),
            Type.Null(),
          ]),
          sections: Type.Array(SettingsSection),
        }),
      },
    },
    async ({ visitor }) => {
      const seen = await parts.settings().view(visitor!);
      const { version: number, running = null, readOnly, trouble, sections } = seen;
      const shown = trouble ? { ...trouble } : null;
      const body = {
        version: number,
        running,
        readOnly,
        trouble: shown,
        sections: sections.map(shownSection),
      };
      return { status: 200, body };
    },
  );

  api.route(
    {
      method: "put",
      path: "/api/settings/:section",
      operationId: "saveSettings",
      summary: "Saves one section and takes it over on all hubs; nothing is saved when anything is wrong",
      tag: "Settings",
      permission: "settings.write",
      params: Type.Object({ section: Type.String({ maxLength: 80 }) }),
      body: Type.Object({ version, value: anyObject, comment }, sealed),
      responses: { 200: Made, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params: { section }, body, visitor }) => {
      const save = { ...body, section, author: visitor! };
      return { status: 200, body: { version: await answered(parts.settings().save(save)) } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/settings/:section/actions/:action",
      operationId: "trySettings",
      summary: "Does what a button of a section says, with values that nobody has saved",
      tag: "Settings",
      permission: "settings.write",
      params: Type.Object({
        section: Type.String({ maxLength: 80 }),
        action: Type.String({ maxLength: 64 }),
      }),
      body: Type.Object({ value: anyObject, item }, sealed),
      responses: {
        200: Type.Object({
          ok: Type.Boolean(),
          message: Type.String(),
          details: texts,
          values: Type.Optional(anyObject),
          open: Type.Optional(Type.String({ description: "Where a window of its own goes on" })),
          ms: Type.Integer(),
        }),
        400: ApiProblem,
        404: ApiProblem,
        429: ApiProblem,
      },
    },
    async ({ params, body, visitor }) => {
      countTry(visitor!.name);
      const began = performance.now();
      const asked = parts.settings().act({ ...params, ...body, author: visitor! });
      const { ok, message, details = [], values, open } = await answered(asked);
      const ms = Math.round(performance.now() - began);
      const answer: TriedSettings = { ok, message, details: [...details], ms };
      if (values !== undefined) answer.values = { ...values };
      if (open !== undefined) answer.open = open;
      return { status: 200, body: answer };
    },
  );
}

function versionRoutes(api: Api, parts: SettingsRouteParts): void {
  const number = Type.Object({ number: Type.Integer({ minimum: 1 }) });
  api.route(
    {
      method: "get",
      path: "/api/settings-versions",
      operationId: "listSettingsVersions",
      summary: "Who changed which fields and when; newest first",
      tag: "Settings",
      permission: "settings.read",
      query: Type.Object({
        before: Type.Optional(Type.Integer({ minimum: 1, description: "Number of the last one seen" })),
        limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      }),
      responses: { 200: Type.Object({ data: Type.Array(SettingsVersionView) }) },
    },
    async ({ query: { limit, before } }) => {
      const rows = await parts.settings().history(limit, before);
      const data = rows.map(({ madeAt, provenAt, changes, ...row }) => ({
        ...{ number: row.number, origin: row.origin, madeBy: row.madeBy },
        comment: row.comment ?? null,
        problem: row.problem ?? null,
        madeAt: madeAt.toISOString(),
        proven: provenAt !== null,
        changes: Object.fromEntries(Object.entries(changes).map(([id, fields]) => [id, [...fields]])),
      }));
      return { status: 200, body: { data } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/settings-versions/:number/difference",
      operationId: "compareSettings",
      summary: "What a version has otherwise than another one; secrets are references",
      tag: "Settings",
      permission: "settings.read",
      params: number,
      query: Type.Object({ from: Type.Integer({ minimum: 1 }) }),
      responses: { 200: Type.Object({ data: Changes }), 404: ApiProblem },
    },
    async ({ params, query, visitor }) => {
      const asked = parts.settings().difference(query.from, params.number, visitor!);
      const changes = await answered(asked);
      return { status: 200, body: { data: listed(changes) } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/settings-versions/:number/restore",
      operationId: "restoreSettings",
      summary: "Makes a new version with the content of an old one",
      tag: "Settings",
      permission: "settings.write",
      params: number,
      body: Type.Object({ comment }, sealed),
      responses: { 200: Made, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      const asked = parts.settings().restore(params.number, visitor!, body.comment);
      return { status: 200, body: { version: await answered(asked) } };
    },
  );
}

export const listed = (changes: SectionChanges) =>
  Object.entries(changes).map(([section, fields]) => ({
    section,
    fields: fields.map(({ field, before = null, after = null }) => ({ field, before, after })),
  }));

function shownSection({ value, schema, actions = [], ...section }: SectionView) {
  const { id, title, summary, group, kind, applies, waiting } = section;
  return {
    ...{ id, title, summary, group, kind, applies },
    entry: section.entry ?? null,
    problem: section.problem ?? null,
    waiting: [...waiting],
    schema: { ...schema },
    value: { ...(value as object) },
    actions: actions.map((one) => ({ ...one })),
  };
}
