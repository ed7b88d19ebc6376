// Housekeeping: work that comes again, what clouds are told about this hub, and what retention would delete.
import { AdminPage } from "../acts/admin-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { ChoreList } from "./chore-list.tsx";
import { HeartbeatCards } from "./heartbeat-cards.tsx";
import { RetentionPreview } from "./retention-preview.tsx";

export default function HousekeepingPage() {
  return (
    <>
      <PageHeading title="Housekeeping" />
      <AdminPage>
        <ChoreList />
        <HeartbeatCards />
        <RetentionPreview />
      </AdminPage>
    </>
  );
}
