// Loads the page anew when another version of the hub answers: what it was loaded from is gone with the old one.
import { useEffect, useRef } from "react";
import type { UpdateInfo } from "../api.gen.ts";

export function useReloadWithNewVersion(updates: UpdateInfo | undefined): void {
  const loaded = useRef<string>(undefined);
  const version = updates?.version;
  const done = updates?.update?.phase === "done";
  useEffect(() => {
    loaded.current ??= version;
    if (version !== undefined && version !== loaded.current && done) window.location.reload();
  }, [version, done]);
}
