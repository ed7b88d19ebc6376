// Housekeeping: work that comes again, what retention would delete, and the products.
import { say } from "@thalamus/sdk/ui";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { ProductList } from "../products/product-list.tsx";
import { ChoreList } from "./chore-list.tsx";
import { RetentionPreview } from "./retention-preview.tsx";

export default function HousekeepingPage() {
  return (
    <>
      <PageHeading title={say("Housekeeping")} />
      <GuardedPage needs="upkeep.read">
        <ChoreList />
        <RetentionPreview />
        <ProductList />
      </GuardedPage>
    </>
  );
}
