// What the lines of the audit trail are called.
import type { Tone } from "@thalamus/sdk/ui";
import { phrase, say } from "@thalamus/sdk/ui";
import type { AuditEntry, ListAuditQuery } from "../../api.gen.ts";
import { eventWords } from "../../studies/panel/event-words.ts";

type Kind = NonNullable<ListAuditQuery["kind"]>;

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  "sign-ins": phrase("Sign-ins"),
  "patient-data": phrase("Patient data seen"),
  settings: phrase("Settings"),
  accounts: phrase("Accounts and keys"),
  decisions: phrase("Decisions on studies"),
  deliveries: phrase("Deliveries by hand"),
  exports: phrase("Exports"),
  deletions: phrase("Deletions"),
};

export const OUTCOME_WORDS: Readonly<Record<AuditEntry["outcome"], { word: string; tone: Tone }>> = {
  done: { word: phrase("Done"), tone: "good" },
  refused: { word: phrase("Refused"), tone: "warning" },
  failed: { word: phrase("Failed"), tone: "bad" },
};

const TITLES: Readonly<Record<string, string>> = {
  "session.began": phrase("Signed in"),
  "session.refused": phrase("Sign-in refused"),
  "session.ended": phrase("Signed out"),
  "session.expired": phrase("Session ended: nobody was there"),
  "access.refused": phrase("Not allowed"),
  "api-key.refused": phrase("Key refused"),
  "session.revoked": phrase("Ended sessions"),
  "settings.changed": phrase("Changed settings"),
  "settings.tried": phrase("Tried settings"),
  "settings.exported": phrase("Exported settings"),
  "logs.exported": phrase("Exported logs"),
  "audit.exported": phrase("Exported the audit trail"),
  "receipts.exported": phrase("Exported receipts"),
  "usage.exported": phrase("Exported usage"),
  "phi.revealed": phrase("Looked at patient data"),
  "images.viewed": phrase("Looked at images"),
  "result.opened": phrase("Opened a file of a result"),
  "study.purged": phrase("Deleted a study"),
  "step.bypassed": phrase("Let a check pass"),
  "step.opened-by-hand": phrase("Sent a result once more"),
  "step.retried-by-hand": phrase("Tried a step again"),
};

/** The actor stands in a column of its own, so the sentence of the timeline is used only where it names nobody. */
export function auditTitle(entry: AuditEntry): string {
  const known = TITLES[entry.event];
  if (known !== undefined) return say(known);
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
  if (Array.isArray(value)) return value.length === 0 ? say("none") : value.map(valueWords).join(", ");
  return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);
}
