// Turns refusals about settings into answers of the API.
import { type RefusalKind, SettingsRefusal } from "../settings/settings-refusal.ts";
import { ApiError } from "./api-error.ts";

const ANSWERS: Readonly<Record<RefusalKind, { readonly status: number; readonly code: string }>> = {
  invalid: { status: 400, code: "settings.invalid" },
  conflict: { status: 409, code: "settings.conflict" },
  "not-there": { status: 404, code: "settings.not-there" },
  "read-only": { status: 409, code: "settings.read-only" },
  forbidden: { status: 403, code: "access.permission" },
  "in-use": { status: 409, code: "settings.in-use" },
  unreadable: { status: 400, code: "settings.unreadable" },
  passphrase: { status: 400, code: "settings.passphrase" },
};

/** @throws ApiError instead of a SettingsRefusal */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof SettingsRefusal)) throw error;
    const { status, code } = ANSWERS[error.kind];
    const { conflict, problems } = error;
    if (conflict) {
      const { version, madeBy, madeAt, fields } = conflict;
      throw new ApiError(status, code, error.message, {
        version,
        madeBy,
        madeAt: madeAt.toISOString(),
        fields,
      });
    }
    throw new ApiError(status, code, error.message, problems.length > 0 ? problems : undefined);
  }
}
