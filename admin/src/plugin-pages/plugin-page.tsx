// A page of the console that a plugin contributes.
import ExtensionOutlined from "@mui/icons-material/ExtensionOutlined";
import { EmptyState } from "@thalamus/sdk/ui";
import { useLocation } from "react-router";
import type { ListPluginPagesAnswer } from "../api.gen.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import { useReading } from "../list/reading.ts";
import { PageView } from "./page-view.tsx";

export default function PluginPage() {
  const [, , entry, id] = useLocation().pathname.split("/");
  const { data } = useReading<ListPluginPagesAnswer>("plugin-pages", "/api/plugin-pages");
  const page = data?.data.find((one) => one.entry === entry && one.id === id);
  return (
    <>
      <PageHeading title={page?.title ?? "Page of a plugin"} />
      {page && <PageView key={`${page.entry}/${page.id}`} page={page} />}
      {data && !page && (
        <EmptyState icon={ExtensionOutlined} title="This page is not there">
          Its plugin does not run, or your role does not open it.
        </EmptyState>
      )}
    </>
  );
}
