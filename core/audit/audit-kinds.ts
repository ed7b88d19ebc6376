// What auditors ask for, and which events of the journal that is; everything else is the story of studies.

/** An event, or the beginning of several ending in a dot. */
export const AUDIT_KINDS = {
  "sign-ins": ["session.", "access.refused", "api-key.refused"],
  "patient-data": [
    ...["phi.revealed", "deidentification.revealed", "result.opened", "manifest.opened"],
    ...["archive.", "images.viewed", "group.report-downloaded", "external-order.opened"],
  ],
  settings: [
    ...["settings.", "certificate.", "product.image-updated", "product.image-rolled-back"],
    ...["site-key.changed", "cloud.action", "chore.asked-for"],
  ],
  accounts: [
    ...["account.", "role.", "api-key.", "organisation.", "cloud-member.", "cloud-key."],
    ...["entitlement.", "agent."],
  ],
  decisions: [
    ...["step.bypassed", "study.rejected", "study.demographics-corrected", "deidentification.released"],
    ...["step.run-again", "step.cancelled", "study.forced-stable"],
  ],
  deliveries: [
    ...["step.opened-by-hand", "step.retried-by-hand", "step.confirmed", "step.given-up", "lane."],
    ...["group.report-asked-for", "group.report-retried"],
  ],
  exports: [
    ...["receipts.exported", "usage.exported", "logs.exported", "audit.exported", "settings.exported"],
    "group.report-downloaded",
  ],
  deletions: ["study.purged", "group.deleted", "group.report-purged"],
} as const satisfies Record<string, readonly string[]>;

export type AuditKind = keyof typeof AUDIT_KINDS;

export const AUDIT_KIND_NAMES = Object.keys(AUDIT_KINDS) as readonly AuditKind[];

export const AUDIT_OUTCOMES = ["done", "refused", "failed"] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** How events end that were not allowed, and those that went wrong; a try says it in its detail. */
const REFUSED = /\.refused$/;
const FAILED = /([.-]failed|[.-]not-[a-z-]+|\.rejected)$/;

export function outcomeOf(event: string, detail: Readonly<Record<string, unknown>>): AuditOutcome {
  if (REFUSED.test(event)) return "refused";
  // a person who ends a study has done what was to be done
  const isDecision = event === "study.rejected";
  return (FAILED.test(event) && !isDecision) || detail["ok"] === false ? "failed" : "done";
}

/** The same as a condition on the table `journal`. */
const isRefused = `event ~ '${REFUSED.source}'`;
const isFailed = `(event ~ '${FAILED.source}' and event <> 'study.rejected' or detail->>'ok' = 'false')`;

export const OUTCOME_CONDITIONS: Readonly<Record<AuditOutcome, string>> = {
  refused: isRefused,
  failed: `not ${isRefused} and coalesce(${isFailed}, false)`,
  done: `not ${isRefused} and not coalesce(${isFailed}, false)`,
};
