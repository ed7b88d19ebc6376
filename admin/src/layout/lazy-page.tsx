// Pages that are loaded when somebody opens them, so that the first page comes fast.
import { ErrorState, Late } from "@thalamus/sdk/ui";
import { type ComponentType, lazy, Suspense } from "react";
import { ListSkeleton } from "../list/list-skeleton.tsx";

type Loaded = { readonly default: ComponentType };

/** The hub was updated meanwhile, or the network is away: the page as it is cannot load the new one. */
function missing(error: unknown): Loaded {
  const retry = () => window.location.reload();
  return { default: () => <ErrorState title="The page could not be loaded" error={error} onRetry={retry} /> };
}

export function lazyPage(load: () => Promise<Loaded>): ComponentType {
  const Page = lazy(() => load().catch(missing));
  const waiting = (
    <Late>
      <ListSkeleton rows={4} />
    </Late>
  );
  return function LazyPage() {
    return (
      <Suspense fallback={waiting}>
        <Page />
      </Suspense>
    );
  };
}
