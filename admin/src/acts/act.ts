// One act of a person: busy while it runs, said in words afterwards, and why it failed where it was started.
import { ApiFault, type ApiRequest, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useNotify, useRefresh } from "react-admin";
import { useCallOrLeave } from "../list/reading.ts";

export interface Act {
  readonly busy: boolean;
  /** Why the last one failed; empty when it did not. */
  readonly problem: string;
  /** Calls the hub, says so, and reads the page again. @returns false when it failed */
  readonly run: (work: ActWork) => Promise<boolean>;
}

/** @returns what is said afterwards */
export type ActWork = (call: <T>(path: string, request?: ApiRequest) => Promise<T>) => Promise<string>;

/** @param options silent: whoever runs it says itself what was done */
export function useAct({ isSilent = false } = {}): Act {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const notify = useNotify();
  const refresh = useRefresh();
  const call = useCallOrLeave();
  const run = async (work: ActWork) => {
    setBusy(true);
    setProblem("");
    try {
      const done = await work(call);
      if (!isSilent) notify(done, { type: "success" });
      return true;
    } catch (fault) {
      setProblem(fault instanceof ApiFault ? fault.message : say("This did not work. Try again."));
      return false;
    } finally {
      setBusy(false);
      // a refusal, too, may mean that the page is behind
      refresh();
    }
  };
  return { busy, problem, run };
}
