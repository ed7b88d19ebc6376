// A page that needs a permission: who does not have it is told so, instead of meeting a page that cannot be found.
import LockOutlined from "@mui/icons-material/LockOutlined";
import { EmptyState, say } from "@thalamus/sdk/ui";
import type { ReactNode } from "react";
import { usePermissions } from "react-admin";
import type { Permission } from "./permission.ts";

export interface GuardedPageProps {
  readonly needs: Permission;
  readonly children: ReactNode;
}

export function GuardedPage({ needs, children }: GuardedPageProps) {
  const { permissions, isPending } = usePermissions<readonly Permission[]>();
  if (isPending) return null;
  if (permissions?.includes(needs)) return children;
  return (
    <EmptyState icon={LockOutlined} title={say("Your role does not open this page")}>
      {say("It needs the permission %{needs}. Ask an administrator of this hub if you need what is here.", {
        needs,
      })}
    </EmptyState>
  );
}
