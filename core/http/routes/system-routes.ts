// Health for machines, status for people.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { ListenerHealth } from "@thalamus/sdk";
import { contentDisposition } from "@thalamus/sdk/web";
import { type Static, Type } from "typebox";
import type { FreeSpace } from "../../files/free-space.ts";
import type { SpaceState } from "../../files/space-account.ts";
import type { PluginReport } from "../../plugins/plugin-registry.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem } from "../schemas.ts";
import type { CertificateSight, ConsoleCertificate } from "../tls/console-certificate.ts";

/** A listener as the System page shows it. */
export interface ListenerSight {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly aeTitle?: string;
  /** Senders that are connected now. */
  readonly associations?: number;
  readonly health?: ListenerHealth;
  /** When somebody last tried the line, as C-ECHO does. */
  readonly lastEchoAt?: string;
  /** In PEM, with its chain. */
  readonly certificate?: string;
}

export interface SystemParts {
  readonly orm: MikroORM;
  readonly space: FreeSpace;
  readonly version: string;
  readonly startedAt: Date;
  readonly name: string;
  readonly embeddedDatabase: boolean;
  readonly certificate: Pick<ConsoleCertificate, "sight">;
  readonly plugins: () => PluginReport[];
  /** Other hubs and programs can use this one as their cloud. */
  readonly isCloud: () => boolean;
  readonly listeners: () => ListenerSight[];
  /** What the settings say that screens count by. */
  readonly rules: () => Static<typeof Rules>;
}

const DiskState = Type.Unsafe<SpaceState>({ type: "string", enum: ["ample", "low", "full"] });

const Health = Type.Object({
  status: Type.Unsafe<"ok" | "warning" | "failing">({
    type: "string",
    enum: ["ok", "warning", "failing"],
    description: "warning: all works, and the disk is running low or the certificate of the console expires",
  }),
  database: Type.Boolean(),
  dicom: Type.Boolean({
    description: "Every listener of the configuration is listening, with a valid certificate if it has one",
  }),
  disk: DiskState,
  certificate: Type.Optional(
    Type.Unsafe<CertificateSight["state"]>({
      type: "string",
      enum: ["valid", "expiring", "expired"],
      description: "Of the console; expiring within 30 days. Left out without HTTPS",
    }),
  ),
});

const Rules = Type.Object({
  stableAfterSeconds: Type.Number({ description: "A study is complete when nothing came for so long" }),
  attempts: Type.Integer({ description: "Tries of a step before it is given up" }),
});

const Status = Type.Object({
  name: Type.String(),
  version: Type.String(),
  startedAt: Type.String({ format: "date-time" }),
  database: Type.Object({ embedded: Type.Boolean(), version: Type.String() }),
  freeBytes: Type.Integer(),
  disk: Type.Object(
    {
      state: DiskState,
      freeBytes: Type.Integer(),
      warnBelowBytes: Type.Integer(),
      refuseBelowBytes: Type.Integer(),
      message: Type.String({ description: "What to do about it; empty while there is room" }),
    },
    { description: "The file system with the data folder" },
  ),
  listeners: Type.Array(
    Type.Object({
      name: Type.String(),
      host: Type.String(),
      port: Type.Integer(),
      aeTitle: Type.Optional(Type.String()),
      associations: Type.Optional(Type.Integer({ description: "Senders that are connected now" })),
      lastEchoAt: Type.Optional(
        Type.String({ description: "When somebody last tried the line, as C-ECHO does" }),
      ),
      health: Type.Optional(
        Type.Object({
          ok: Type.Boolean(),
          message: Type.String(),
          expiresAt: Type.Optional(Type.String({ description: "When its certificate expires" })),
        }),
      ),
      certificate: Type.Optional(
        Type.String({ description: "Where its certificate can be fetched, for senders that must trust it" }),
      ),
    }),
  ),
  plugins: Type.Array(
    Type.Object({
      name: Type.String(),
      plugin: Type.String(),
      kind: Type.String(),
      version: Type.String(),
      state: Type.Unsafe<"running" | "failed">({ type: "string", enum: ["running", "failed"] }),
      problem: Type.Optional(Type.String()),
    }),
  ),
  rules: Rules,
  isCloud: Type.Boolean({
    description:
      "A web plugin runs that lets organisations in by their keys: other hubs can use this one as their cloud",
  }),
  studies: Type.Record(Type.String(), Type.Integer(), { description: "Number of studies by status" }),
  steps: Type.Record(Type.String(), Type.Integer(), { description: "Number of unsettled steps by state" }),
});

const certificateOf = (name: string): string => `/api/listeners/${name}/certificate`;

export function systemRoutes(api: Api, parts: SystemParts): void {
  const { orm } = parts;
  const health = async () => {
    const database = await orm.em
      .fork()
      .execute("select 1")
      .then(
        () => true,
        () => false,
      );
    const listening = parts.plugins().every(({ kind, state }) => kind !== "intake" || state === "running");
    const dicom = listening && parts.listeners().every((listener) => listener.health?.ok !== false);
    const disk = parts.space.sight().state;
    const certificate = parts.certificate.sight()?.state;
    const sight = { database, dicom, disk, ...(certificate === undefined ? {} : { certificate }) };
    if (!database || !dicom || disk === "full") {
      return { status: 503 as const, body: { status: "failing" as const, ...sight } };
    }
    const isWell = disk !== "low" && (certificate ?? "valid") === "valid";
    const status = !isWell ? ("warning" as const) : ("ok" as const);
    return { status: 200 as const, body: { status, ...sight } };
  };

  for (const [path, operationId] of [
    ["/health", "health"],
    ["/api/health", "apiHealth"],
  ] as const) {
    api.route(
      {
        method: "get",
        path,
        operationId,
        summary: "200 when database and DICOM listener work and the disk is not full, else 503",
        tag: "Health",
        permission: "anyone",
        responses: { 200: Health, 503: Health },
      },
      health,
    );
  }

  api.route(
    {
      method: "get",
      path: "/api/listeners/:name/certificate",
      operationId: "getListenerCertificate",
      summary: "Certificate of a listener with its chain in PEM, to be trusted by senders",
      tag: "Health",
      permission: "system.read",
      params: Type.Object({ name: Type.String({ maxLength: 64 }) }),
      responses: { 200: null, 404: ApiProblem },
    },
    async ({ params: { name }, response }) => {
      const pem = parts.listeners().find((listener) => listener.name === name)?.certificate;
      if (pem === undefined) throw notFound("listener with a certificate");
      response.setHeader("Content-Disposition", contentDisposition(`${name}.pem`));
      response.type("application/x-pem-file").send(pem);
      return { status: 200, body: undefined };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/status",
      operationId: "getStatus",
      summary: "What runs, where it listens, how much waits",
      tag: "Health",
      permission: "system.read",
      responses: { 200: Status, 401: ApiProblem },
    },
    async () => {
      const em = orm.em.fork();
      const count = async (sql: string) => {
        const rows = await em.execute<{ key: string; n: number }[]>(sql);
        return Object.fromEntries(rows.map(({ key, n }) => [key, n]));
      };
      const [server] = await em.execute<{ v: string }[]>("select current_setting('server_version') as v");
      const unsettled =
        "select state as key, count(*)::int as n from step where settled_at is null group by state";
      const body = {
        name: parts.name,
        version: parts.version,
        startedAt: parts.startedAt.toISOString(),
        database: { embedded: parts.embeddedDatabase, version: server?.v ?? "" },
        freeBytes: await parts.space.measure(),
        disk: parts.space.sight(),
        listeners: parts.listeners().map(({ certificate, ...listener }) => ({
          ...listener,
          ...(certificate === undefined ? {} : { certificate: certificateOf(listener.name) }),
        })),
        plugins: parts.plugins(),
        isCloud: parts.isCloud(),
        rules: parts.rules(),
        studies: await count("select status as key, count(*)::int as n from study group by status"),
        steps: await count(unsettled),
      };
      return { status: 200, body };
    },
  );
}
