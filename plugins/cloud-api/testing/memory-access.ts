// Keys of two organisations in memory; everything else is tested with a real hub.
import type { CloudAccess, CloudCaller, KeyUse } from "@thalamus/sdk";
import { CLOUD_SCOPES, type CloudScope } from "@thalamus/sdk/cloud";

export interface MemoryKey {
  readonly caller: CloudCaller;
  readonly secret: string;
  /** Set: it no longer works. */
  revoked?: boolean;
}

const uuid = (digits: string): string => `00000000-0000-4000-8000-${digits.padStart(12, "0")}`;

export function memoryKey(digits: string, scopes: readonly CloudScope[] = CLOUD_SCOPES): MemoryKey {
  const ids = { organisationId: uuid(`1${digits}`), memberId: uuid(`2${digits}`), keyId: uuid(`3${digits}`) };
  return { caller: { ...ids, scopes, isAdmin: false }, secret: `secret-of-${digits}` };
}

export interface MemoryAccess extends CloudAccess {
  readonly heartbeats: unknown[];
}

export function memoryAccess(keys: readonly MemoryKey[], uses: readonly KeyUse[] = []): MemoryAccess {
  const working = (fits: (key: MemoryKey) => boolean) =>
    Promise.resolve(keys.find((key) => key.revoked !== true && fits(key))?.caller);
  const heartbeats: unknown[] = [];
  return {
    heartbeats,
    callerOfSecret: (secret) => working((key) => key.secret === secret),
    callerOfClient: (id, secret) => working((key) => key.secret === secret && key.caller.keyId === id),
    callerOfKey: (id) => working((key) => key.caller.keyId === id),
    organisationName: async () => "Hospital",
    orderDays: async () => 30,
    productNamed: async (_organisation, name) => name,
    countUse: async () => true,
    usesLeft: async () => undefined,
    uses: async ({ keyId }) => uses.filter((use) => use.keyId === keyId),
    adminMails: async () => ["admin@hospital.example"],
    heartbeat: async (_caller, heartbeat) => void heartbeats.push(heartbeat),
  };
}
