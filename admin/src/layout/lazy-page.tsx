// Pages that are loaded when somebody opens them, so that the first page comes fast.
import { ErrorState, Late, say } from "@thalamus/sdk/ui";
import { type ComponentType, lazy, Suspense } from "react";
import { ListSkeleton } from "../list/list-skeleton.tsx";

type Loaded<P> = { readonly default: ComponentType<P> };

/** The hub was updated meanwhile, or the network is away: the page as it is cannot load the new one. */
function missing<P>(error: unknown): Loaded<P> {
  const retry = () => window.location.reload();
  return {
    default: () => <ErrorState title={say("The page could not be loaded")} error={error} onRetry={retry} />,
  };
}

export function lazyPage<P extends object = object>(load: () => Promise<Loaded<P>>): ComponentType<P> {
  const Page = lazy(() => load().catch(missing<P>));
  const waiting = (
    <Late>
      <ListSkeleton rows={4} />
    </Late>
  );
  return function LazyPage(props: P) {
    return (
      <Suspense fallback={waiting}>
        <Page {...props} />
      </Suspense>
    );
  };
}
