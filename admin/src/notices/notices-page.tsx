// Notifications: who is told, and the record of what was told, what failed, and what was suppressed and why.
import { Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { NoticeList } from "./notice-list.tsx";
import { WatcherList } from "./watcher-list.tsx";

export default function NoticesPage() {
  return (
    <>
      <PageHeading title={say("Notifications")} />
      <GuardedPage needs="notices.read">
        <WatcherList />
        <Typography variant="h2" id="notices-heading" sx={{ mt: 3, mb: 1 }}>
          {say("Record")}
        </Typography>
        <NoticeList />
      </GuardedPage>
    </>
  );
}
