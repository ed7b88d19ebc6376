// The shapes of the System page: how the hub is, and the history of its machine.
import { Type } from "typebox";
import { RANGES } from "../../system/metric-history.ts";
import { MaybeTime, oneOf, Time } from "../schemas.ts";

const text = Type.String;
const count = (description: string) => Type.Integer({ description });
const maybe = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const Room = Type.Object({ bytes: Type.Number(), freeBytes: Type.Number() });

export const QueueInfo = Type.Object({
  name: text({ description: "Name of the plugin entry" }),
  title: text(),
  kind: oneOf(["check", "transform", "process", "deliver"]),
  waiting: count("Steps that wait, those for their next try too"),
  running: Type.Integer(),
  unknown: count("Interrupted ones, of which only a person can tell what became of them"),
  failed: count("Given up after their tries"),
  oldest: MaybeTime,
  suspended: Type.Union([Type.Object({ at: Time, by: text(), reason: text() }), Type.Null()]),
});

export const SystemInfo = Type.Object({
  hub: Type.Object({
    id: text(),
    version: text(),
    runtime: text({ description: "native, docker or kubernetes" }),
    node: text(),
    startedAt: Time,
  }),
  services: Type.Array(
    Type.Object({
      name: text(),
      title: text(),
      state: oneOf(["ok", "warning", "failing"]),
      since: MaybeTime,
      message: text(),
    }),
  ),
  database: Type.Object({
    embedded: Type.Boolean(),
    version: text(),
    bytes: Type.Number(),
    startedAt: Time,
    answersMs: Type.Number(),
    busy: count("Connections in use"),
    idle: count("Connections that are free"),
    waiting: count("Who waits for a connection"),
  }),
  machine: Type.Object({
    cores: Type.Integer(),
    cpuPercent: maybe("Since the last look"),
    memory: Room,
    swap: Type.Union([Room, Type.Null()]),
    disk: Room,
    diskDaysLeft: maybe(
      "Until only intake.keepFreeMegabytes are free, at the pace of the last week; null: it does not fill",
    ),
  }),
  listeners: Type.Array(
    Type.Object({
      name: text(),
      host: text(),
      port: Type.Integer(),
      aeTitle: Type.Optional(text()),
      tls: Type.Boolean(),
      associations: Type.Optional(count("Senders that are connected now")),
      health: Type.Optional(
        Type.Object({ ok: Type.Boolean(), message: text(), expiresAt: Type.Optional(text()) }),
      ),
    }),
  ),
  certificates: Type.Array(
    Type.Object({
      usedBy: text(),
      subject: text(),
      expiresAt: Time,
      daysLeft: Type.Integer(),
      state: oneOf(["valid", "expiring", "expired"]),
    }),
  ),
  queues: Type.Array(QueueInfo),
  plugins: Type.Array(
    Type.Object({
      name: text(),
      plugin: text(),
      kind: text(),
      version: text(),
      state: oneOf(["running", "failed"]),
      problem: Type.Optional(text()),
      title: text(),
      summary: text(),
      contributes: Type.Array(text()),
      lastTrouble: Type.Union([
        Type.Object({
          at: Time,
          level: oneOf(["warn", "error"]),
          what: text({ description: "Event of the log, or code of a step" }),
        }),
        Type.Null(),
      ]),
    }),
  ),
  hubs: Type.Array(Type.Object({ id: text(), host: text(), version: text(), startedAt: Time }), {
    description: "Hubs of this database that live",
  }),
});

export const HistoryInfo = Type.Object({
  from: Time,
  until: Time,
  stepSeconds: Type.Integer({ description: "Length of the span that a point stands for" }),
  limits: Type.Object(
    { cpu: Type.Integer(), memory: Type.Integer(), swap: Type.Integer(), disk: Type.Integer() },
    { description: "In percent; above them the hub warns" },
  ),
  points: Type.Array(
    Type.Object({
      at: Time,
      cpu: maybe("Percent; null where nothing was kept"),
      memory: maybe("Percent"),
      swap: maybe("Percent"),
      disk: maybe("Percent"),
      queue: maybe("Most steps that waited for a free hand"),
      studiesPerHour: Type.Number(),
    }),
  ),
});

export const RangeName = oneOf(RANGES, { default: "24h" });
