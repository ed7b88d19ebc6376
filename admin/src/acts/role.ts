// What the role of who is signed in allows. The hub decides; the console only says so before somebody tries.
import { usePermissions } from "react-admin";

export const ADMIN_ONLY = "Only an administrator can do this.";

export const useIsAdmin = (): boolean => usePermissions<string>().permissions === "admin";
