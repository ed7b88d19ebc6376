// The shapes in which the API speaks of organisations, their members and keys, and how rows become them.
import { CLOUD_SCOPES } from "@thalamus/sdk/cloud";
import { type Static, Type } from "typebox";
import { AccessRefusal } from "../../cloud-access/access-refusal.ts";
import type { KeyView, OrganisationView } from "../../cloud-access/access-views.ts";
import { KEY_STATES } from "../../cloud-access/key-state.ts";
import { type CloudMemberRow, MEMBER_ROLES } from "../../database/entities/organisation.ts";
import { ApiError } from "../api-error.ts";
import { Id, oneOf } from "../schemas.ts";

const sealed = { additionalProperties: false };
const time = Type.String({ format: "date-time" });
const maybeTime = Type.Union([time, Type.Null()]);
const counted = (description: string) => Type.Integer({ description });

/** A text of one line, without spaces around it. */
export const NameText = Type.String({ pattern: "^\\S(.{0,98}\\S)?$" });
export const OrderDays = Type.Integer({
  minimum: 1,
  maximum: 3650,
  description: "Days until an order expires: its data and results are deleted, the line stays",
});
const email = Type.Union([Type.String({ format: "email", maxLength: 254 }), Type.Null()]);
const role = (options: object = {}) =>
  oneOf(MEMBER_ROLES, { description: "admin: may have keys that see the whole organisation", ...options });
const scopes = Type.Array(oneOf(CLOUD_SCOPES), { minItems: 1, uniqueItems: true });
const quota = Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000_000 }), Type.Null()], {
  description: "Runs it is good for; null: without end",
});
const expiresAt = Type.Union([time, Type.Null()], { description: "When it ends by itself; null: never" });

export const OrganisationInfo = Type.Object(
  {
    id: Id,
    name: Type.String(),
    orderDays: OrderDays,
    suspendedAt: maybeTime,
    createdAt: time,
    createdBy: Type.String(),
    members: counted("Its members"),
    keys: counted("Keys that are neither revoked nor expired"),
    products: counted("Products it may order"),
    agents: counted("Edge hubs that sent a heartbeat"),
    runs: counted("Runs counted within the last 30 days"),
  },
  sealed,
);

export const MemberInfo = Type.Object(
  {
    id: Id,
    name: Type.String(),
    email: Type.Union([Type.String(), Type.Null()]),
    role: role(),
    suspendedAt: maybeTime,
    createdAt: time,
  },
  sealed,
);

export const MemberForm = Type.Object(
  { name: NameText, email: Type.Optional(email), role: role({ default: "user" }) },
  sealed,
);

export const MemberChange = Type.Object(
  {
    name: Type.Optional(NameText),
    email: Type.Optional(email),
    role: Type.Optional(role()),
    suspended: Type.Optional(Type.Boolean()),
  },
  { ...sealed, minProperties: 1 },
);

export const CloudKeyInfo = Type.Object(
  {
    id: Type.String({ format: "uuid", description: "The client id of OAuth clients" }),
    name: Type.String(),
    memberId: Id,
    memberName: Type.String(),
    prefix: Type.String({ description: "How its secret begins; the rest is nowhere" }),
    scopes: Type.Array(oneOf(CLOUD_SCOPES)),
    isAdmin: Type.Boolean({ description: "Sees and changes what anybody of the organisation ordered" }),
    quota,
    used: counted("Runs counted so far"),
    state: oneOf(KEY_STATES, { description: "exhausted: it opens everything, and no run is left" }),
    expiresAt: maybeTime,
    revokedAt: maybeTime,
    lastUsedAt: Type.Union([time, Type.Null()], { description: "To the minute" }),
    createdAt: time,
    createdBy: Type.String(),
  },
  sealed,
);

export const KeyForm = Type.Object(
  {
    name: NameText,
    scopes,
    isAdmin: Type.Boolean({ default: false, description: "Its member needs the role admin" }),
    quota: Type.Optional(quota),
    expiresAt: Type.Optional(expiresAt),
  },
  sealed,
);

export const KeyChange = Type.Object(
  { name: Type.Optional(NameText), quota: Type.Optional(quota), expiresAt: Type.Optional(expiresAt) },
  { ...sealed, minProperties: 1 },
);

const iso = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

export function organisationInfo({
  organisation,
  holdings,
}: OrganisationView): Static<typeof OrganisationInfo> {
  const { id, name, orderDays, suspendedAt, createdAt, createdBy } = organisation;
  const dates = { suspendedAt: iso(suspendedAt), createdAt: createdAt.toISOString() };
  return { id, name, orderDays, createdBy, ...dates, ...holdings };
}

export function memberInfo(member: CloudMemberRow): Static<typeof MemberInfo> {
  const { id, name, email: address = null, role: its, suspendedAt, createdAt } = member;
  return {
    id,
    name,
    email: address,
    role: its,
    suspendedAt: iso(suspendedAt),
    createdAt: createdAt.toISOString(),
  };
}

export function keyInfo({ key, member, state, isAdmin }: KeyView): Static<typeof CloudKeyInfo> {
  const { id, name, prefix, scopes: its, used, createdAt, createdBy } = key;
  return {
    ...{ id, name, prefix, used, state, isAdmin, createdBy },
    memberId: member.id,
    memberName: member.name,
    scopes: [...its],
    quota: key.quota ?? null,
    expiresAt: iso(key.expiresAt),
    revokedAt: iso(key.revokedAt),
    lastUsedAt: iso(key.lastUsedAt),
    createdAt: createdAt.toISOString(),
  };
}

const OF_THE_FORM = ["cloud-access.no-product", "cloud-access.expiry-past", "cloud-access.no-admin"];

/** @throws ApiError */
export function asAnswer(error: unknown): never {
  if (!(error instanceof AccessRefusal)) throw error;
  throw new ApiError(OF_THE_FORM.includes(error.code) ? 400 : 409, error.code, error.message);
}
