// What who is signed in may do. The hub decides; the console only says so before somebody tries.
import { phrase } from "@thalamus/sdk/ui";
import { usePermissions } from "react-admin";
import type { SessionView } from "../api.gen.ts";

export type Permission = SessionView["permissions"][number];

export const NOT_ALLOWED = phrase("Your role does not allow this. Ask an administrator.");

/** Asks for one permission after the other. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = usePermissions<readonly Permission[]>();
  return (permission) => permissions?.includes(permission) ?? false;
}
