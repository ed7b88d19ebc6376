// A page of the console that a plugin contributes.
import ExtensionOutlined from "@mui/icons-material/ExtensionOutlined";
import { EmptyState, say, sayOf } from "@thalamus/sdk/ui";
import { useLocation } from "react-router";
import { PageHeading } from "../layout/page-heading.tsx";
import { PageView } from "./page-view.tsx";
import { useAllPluginPages } from "./plugin-pages.ts";

export default function PluginPage() {
  const [, , entry, id] = useLocation().pathname.split("/");
  const pages = useAllPluginPages();
  const page = pages?.find((one) => one.entry === entry && one.id === id);
  return (
    <>
      <PageHeading title={page ? sayOf(page.entry, page.title) : say("Page of a plugin")} />
      {page && <PageView key={`${page.entry}/${page.id}`} page={page} />}
      {pages && !page && (
        <EmptyState icon={ExtensionOutlined} title={say("This page is not there")}>
          {say("Its plugin does not run, or your role does not open it.")}
        </EmptyState>
      )}
    </>
  );
}
