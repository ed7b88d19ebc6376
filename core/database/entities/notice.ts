// What a destination of notifications is to be told, and what became of it; and which destination wants what.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { NoticeDetail, NoticeEvent } from "@thalamus/sdk";
import { Study } from "./study.ts";

export const NOTICE_STATES = ["waiting", "sending", "sent", "failed", "suppressed"] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** A plugin entry of kind watch; written by the hub that starts. */
export const NoticeTarget = defineEntity({
  name: "NoticeTarget",
  tableName: "notice_target",
  properties: {
    name: p.string().primary(),
    events: p.json<NoticeEvent[]>(),
  },
});

export const Notice = defineEntity({
  name: "Notice",
  tableName: "notice",
  indexes: [{ properties: ["target", "state", "dueAt"] }, { properties: ["study"] }],
  properties: {
    id: p.uuid().primary(),
    target: p.string(),
    event: p.string().$type<NoticeEvent>(),
    study: () => p.manyToOne(Study).deleteRule("cascade").nullable(),
    detail: p.json<NoticeDetail>().defaultRaw("'{}'::jsonb"),
    state: p.enum(NOTICE_STATES).default("waiting"),
    /** Why it failed, waits or was suppressed. */
    code: p.string().nullable(),
    reason: p.text().nullable(),
    receipt: p.json<Record<string, unknown>>().nullable(),
    attempt: p.integer().default(0),
    createdAt: p.datetime(6).defaultRaw("now()"),
    dueAt: p.datetime(6).defaultRaw("now()"),
    /** Names what was sent together; the key of a repeat. */
    batch: p.uuid().nullable(),
    /** Who is telling it. */
    hubId: p.uuid().nullable(),
    claimedAt: p.datetime(6).nullable(),
    settledAt: p.datetime(6).nullable(),
  },
});

export type NoticeRow = InferEntity<typeof Notice>;
