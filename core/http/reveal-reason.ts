// Why somebody uncovers what identifies a patient: asked for where the site wants it, and kept in the audit trail.
import { Type } from "typebox";
import { ApiError } from "./api-error.ts";

/** Of a site that may want a reason; read at each call. */
export interface RevealRule {
  readonly revealNeedsReason: boolean;
}

export const RevealReason = Type.Optional(
  Type.String({
    minLength: 3,
    maxLength: 500,
    pattern: "\\S",
    description: "Why; the site may want one, and keeps it for good, so without anything about the patient",
  }),
);

/**
 * @returns for the detail of the line in the journal
 * @throws ApiError `phi.reason-needed`
 */
export function reasonOf(rule: RevealRule, reason: string | undefined): { readonly reason?: string } {
  const given = reason?.trim() ?? "";
  if (given !== "") return { reason: given };
  if (!rule.revealNeedsReason) return {};
  throw new ApiError(400, "phi.reason-needed", "This site wants a reason each time patient data is shown.");
}
