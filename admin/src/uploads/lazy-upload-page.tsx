// The upload page, loaded when somebody opens it: most people never do.
import { ErrorState, Late } from "@thalamus/sdk/ui";
import { lazy, Suspense } from "react";
import { ListSkeleton } from "../list/list-skeleton.tsx";

const UploadPage = lazy(() => import("./upload-page.tsx").catch(missing));

/** The hub was updated meanwhile, or the network is away: the page as it is cannot load the new one. */
function missing(error: unknown) {
  const retry = () => window.location.reload();
  return { default: () => <ErrorState title="The page could not be loaded" error={error} onRetry={retry} /> };
}

export function LazyUploadPage() {
  const waiting = (
    <Late>
      <ListSkeleton rows={4} />
    </Late>
  );
  return (
    <Suspense fallback={waiting}>
      <UploadPage />
    </Suspense>
  );
}
