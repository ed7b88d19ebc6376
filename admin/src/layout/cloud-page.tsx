// A page of a hub that is a cloud to others: for those who may open it, and empty on a hub that is none.
import CloudOffOutlined from "@mui/icons-material/CloudOffOutlined";
import { EmptyState, say } from "@thalamus/sdk/ui";
import type { ReactNode } from "react";
import { useGetOne } from "react-admin";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { type Permission, useMay } from "../acts/permission.ts";
import { HUB, type HubStatus } from "../hub-data.ts";
import { PageHeading } from "./page-heading.tsx";

/** Undefined while it is not known. */
export const useIsCloud = (): boolean | undefined =>
  useGetOne<HubStatus>("status", { id: HUB }).data?.isCloud;

export interface CloudPageProps {
  /** Of the page, for who may not see it. */
  readonly title: string;
  readonly needs: Permission;
  /** With a heading of its own. */
  readonly children: ReactNode;
}

export function CloudPage({ title, needs, children }: CloudPageProps) {
  const may = useMay();
  const isCloud = useIsCloud();
  if (may(needs) && isCloud !== false) return children;
  return (
    <>
      <PageHeading title={title} />
      <GuardedPage needs={needs}>
        <EmptyState icon={CloudOffOutlined} title={say("This hub is no cloud")}>
          {say(
            "Other hubs and programs can order here once the configuration names a plugin that offers a cloud API, such as cloud-api.",
          )}
        </EmptyState>
      </GuardedPage>
    </>
  );
}
