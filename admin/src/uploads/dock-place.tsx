// Where the upload dock stands on every page; it is loaded when there is something for it to show.
import { lazy, Suspense, useSyncExternalStore } from "react";
import { useMay } from "../acts/permission.ts";
import { dockDoor } from "./dock-door.ts";

/** Without it nothing is lost: what is sent goes on, and a reload asks for it again. */
const UploadDock = lazy(() => import("./upload-dock.tsx").catch(() => ({ default: () => null })));

export function DockPlace() {
  const isWanted = useSyncExternalStore(dockDoor.subscribe, dockDoor.isWanted);
  const may = useMay();
  if (!isWanted || !may("uploads.create")) return null;
  return (
    <Suspense>
      <UploadDock />
    </Suspense>
  );
}
