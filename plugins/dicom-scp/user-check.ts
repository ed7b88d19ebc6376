// Whether a sender is the user it says it is, by name and passcode (user identity negotiation, PS3.7 D.3.3.7).
import { createHash, timingSafeEqual } from "node:crypto";
import { Permanent } from "@thalamus/sdk";
import { type UserIdentity, UserIdentityType } from "@thalamus/sdk/dicom/net";
import type { DicomScpSettings } from "./settings.ts";

export type IdentityCheck = (identity: UserIdentity | undefined) => boolean;

type Wanted = Pick<DicomScpSettings["allowedCallers"][number], "user" | "passcode">;

/**
 * Kerberos tickets, SAML assertions and web tokens are never believed, since nobody here could check them.
 * @returns undefined where no user is asked for
 * @throws Permanent `dicom-scp.user-settings` for a passcode without a user
 */
export function identityCheck({ user, passcode }: Wanted): IdentityCheck | undefined {
  if (user === undefined) {
    if (passcode === undefined) return undefined;
    throw new Permanent("dicom-scp.user-settings", "an allowed sender has a passcode, but no user");
  }
  if (user.trim() === "" || passcode?.trim() === "") {
    throw new Permanent("dicom-scp.user-settings", "the user or the passcode of an allowed sender is empty");
  }
  const { username, usernameAndPasscode } = UserIdentityType;
  const isName = comparer(user);
  const isPasscode = passcode === undefined ? undefined : comparer(passcode);
  return (identity) => {
    if (identity?.type === usernameAndPasscode) {
      const [named, known] = [isName(identity.primary), isPasscode?.(identity.secondary) ?? true];
      return named && known;
    }
    return identity?.type === username && isPasscode === undefined && isName(identity.primary);
  };
}

/** Takes the same time whatever it is given. */
function comparer(wanted: string): (given: Buffer) => boolean {
  const digest = digestOf(wanted);
  return (given) => timingSafeEqual(digest, digestOf(given.toString("utf8")));
}

/** Some senders pad their texts to an even length. */
function digestOf(text: string): Buffer {
  const bare = text.replace(/[\0 ]+$/, "").normalize("NFC");
  return createHash("sha256").update(bare).digest();
}
