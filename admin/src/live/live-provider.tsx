// Keeps one live connection for all pages and tells them how it stands.
import { useQueryClient } from "@tanstack/react-query";
import { ApiFault, type LiveState, LiveStream, say } from "@thalamus/sdk/ui";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useLogoutIfAccessDenied } from "react-admin";
import { isSignedIn } from "../session.ts";
import { ChangeWriter } from "./apply-change.ts";

interface Live {
  readonly state: LiveState;
  /** When the state began. */
  readonly since: Date;
  /** Studies that came since the list was read. */
  readonly arrived: ReadonlySet<string>;
  readonly forgetArrived: () => void;
}

const LiveContext = createContext<Live | undefined>(undefined);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("this needs a LiveProvider around it");
  return live;
}

const NOBODY: ReadonlySet<string> = new Set();

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const signOut = useRef<(fault: ApiFault) => unknown>(undefined);
  const signOutIfRefused = useLogoutIfAccessDenied();
  useEffect(() => {
    // it is another function on every page; the stream goes on over all of them
    signOut.current = signOutIfRefused;
  });
  const [{ state, since }, setState] = useState({ state: "connecting" as LiveState, since: new Date() });
  const [arrived, setArrived] = useState(NOBODY);
  useEffect(() => {
    const writer = new ChangeWriter(queries);
    const stream = new LiveStream({
      url: "/api/live",
      onChange: (change) => {
        writer.write(change);
        const { resource, kind, id } = change;
        if (resource === "study" && kind === "created") setArrived((before) => new Set(before).add(id));
      },
      onGap: () => {
        writer.gap();
        setArrived(NOBODY);
      },
      onState: (now) => {
        setState((before) => (before.state === now ? before : { state: now, since: new Date() }));
        if (now === "signed-out")
          signOut.current?.(new ApiFault(401, "access.sign-in", say("The session has ended.")));
      },
      isSignedIn,
    });
    stream.start();
    return () => {
      stream.stop();
      writer.stop();
    };
  }, [queries]);
  const live = useMemo(
    () => ({ state, since, arrived, forgetArrived: () => setArrived(NOBODY) }),
    [state, since, arrived],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}
