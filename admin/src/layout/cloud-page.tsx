// A page of a hub that is a cloud to others: for administrators, and empty on a hub that is none.
import CloudOffOutlined from "@mui/icons-material/CloudOffOutlined";
import { EmptyState } from "@thalamus/sdk/ui";
import type { ReactNode } from "react";
import { useGetOne } from "react-admin";
import { AdminPage } from "../acts/admin-page.tsx";
import { useIsAdmin } from "../acts/role.ts";
import { HUB, type HubStatus } from "../hub-data.ts";
import { PageHeading } from "./page-heading.tsx";

/** Undefined while it is not known. */
export const useIsCloud = (): boolean | undefined =>
  useGetOne<HubStatus>("status", { id: HUB }).data?.isCloud;

export interface CloudPageProps {
  /** Of the page, for who may not see it. */
  readonly title: string;
  /** With a heading of its own. */
  readonly children: ReactNode;
}

export function CloudPage({ title, children }: CloudPageProps) {
  const isAdmin = useIsAdmin();
  const isCloud = useIsCloud();
  if (isAdmin && isCloud !== false) return children;
  return (
    <>
      <PageHeading title={title} />
      <AdminPage>
        <EmptyState icon={CloudOffOutlined} title="This hub is no cloud">
          Other hubs and programs can order here once the configuration names a plugin that offers a cloud
          API, such as cloud-api.
        </EmptyState>
      </AdminPage>
    </>
  );
}
