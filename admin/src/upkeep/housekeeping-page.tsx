// Housekeeping: work that comes again, and what retention would delete.
import { GuardedPage } from "../acts/guarded-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { ChoreList } from "./chore-list.tsx";
import { RetentionPreview } from "./retention-preview.tsx";

export default function HousekeepingPage() {
  return (
    <>
      <PageHeading title="Housekeeping" />
      <GuardedPage needs="upkeep.read">
        <ChoreList />
        <RetentionPreview />
      </GuardedPage>
    </>
  );
}
