// Notifications: who is told, and the record of what was told, what failed, and what was suppressed and why.
import { Typography } from "@mui/material";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { NoticeList } from "./notice-list.tsx";
import { WatcherList } from "./watcher-list.tsx";

export default function NoticesPage() {
  return (
    <>
      <PageHeading title="Notifications" />
      <GuardedPage needs="notices.read">
        <WatcherList />
        <Typography variant="h2" id="notices-heading" sx={{ mt: 3, mb: 1 }}>
          Record
        </Typography>
        <NoticeList />
      </GuardedPage>
    </>
  );
}
