// What the lines of the audit trail are called.
import type { Tone } from "@thalamus/sdk/ui";
import type { AuditEntry, ListAuditQuery } from "../../api.gen.ts";
import { eventWords } from "../../studies/panel/event-words.ts";

type Kind = NonNullable<ListAuditQuery["kind"]>;

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  "sign-ins": "Sign-ins",
  "patient-data": "Patient data seen",
  settings: "Settings",
  accounts: "Accounts and keys",
  decisions: "Decisions on studies",
  deliveries: "Deliveries by hand",
  exports: "Exports",
  deletions: "Deletions",
};

export const OUTCOME_WORDS: Readonly<Record<AuditEntry["outcome"], { word: string; tone: Tone }>> = {
  done: { word: "Done", tone: "good" },
  refused: { word: "Refused", tone: "warning" },
  failed: { word: "Failed", tone: "bad" },
};

const TITLES: Readonly<Record<string, string>> = {
  "session.began": "Signed in",
  "session.refused": "Sign-in refused",
  "session.ended": "Signed out",
  "session.expired": "Session ended: nobody was there",
  "access.refused": "Not allowed",
  "api-key.refused": "Key refused",
  "session.revoked": "Ended sessions",
  "settings.changed": "Changed settings",
  "settings.tried": "Tried settings",
  "settings.exported": "Exported settings",
  "logs.exported": "Exported logs",
  "audit.exported": "Exported the audit trail",
  "receipts.exported": "Exported receipts",
  "usage.exported": "Exported usage",
  "phi.revealed": "Looked at patient data",
  "images.viewed": "Looked at images",
  "result.opened": "Opened a file of a result",
  "study.purged": "Deleted a study",
  "step.bypassed": "Let a check pass",
  "step.opened-by-hand": "Sent a result once more",
  "step.retried-by-hand": "Tried a step again",
};

/** The actor stands in a column of its own, so the sentence of the timeline is used only where it names nobody. */
export function auditTitle(entry: AuditEntry): string {
  const known = TITLES[entry.event];
  if (known !== undefined) return known;
  const { title } = eventWords({ ...entry, actor: "" });
  const plain = title.trim();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** `door password · reason wait`; ids short enough to read. */
export const detailWords = ({ detail }: AuditEntry): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name} ${valueWords(value)}`)
    .join(" · ");

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(valueWords).join(", ");
  return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);
}
