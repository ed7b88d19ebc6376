// A page for administrators: who is none is told so, instead of meeting a page that cannot be found.
import LockOutlined from "@mui/icons-material/LockOutlined";
import { EmptyState } from "@thalamus/sdk/ui";
import type { ReactNode } from "react";
import { usePermissions } from "react-admin";

export function AdminPage({ children }: { readonly children: ReactNode }) {
  const { permissions: role, isPending } = usePermissions<string>();
  if (isPending) return null;
  if (role === "admin") return children;
  return (
    <EmptyState icon={LockOutlined} title="This page is for administrators">
      Your account has the role User. Ask an administrator of this hub if you need what is here.
    </EmptyState>
  );
}
