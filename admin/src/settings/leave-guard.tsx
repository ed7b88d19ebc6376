// Nobody leaves unsaved changes behind without being asked: links, keys, the way back, other sections, closing the tab.
import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useCallback, useEffect, useId, useRef } from "react";
import { useAskBeforeLeaving } from "../layout/leaving.ts";

export interface LeaveGuardProps {
  readonly active: boolean;
  /** Where somebody wants to go; `BACK` for where they came from. */
  readonly wanted: string | undefined;
  readonly onWanted: (path: string | undefined) => void;
  readonly onLeave: (path: string) => void;
}

/** The way back of the browser. */
const BACK = "(back)";
const MARK = "isUnsaved";

export function LeaveGuard({ active, wanted, onWanted, onLeave }: LeaveGuardProps) {
  const id = useId();
  const latest = useRef(onWanted);
  useEffect(() => {
    latest.current = onWanted;
  });
  const ask = useCallback((path: string) => latest.current(path), []);
  const isLeaving = useRef(false);
  useBackThroughMark(active);
  useAskBeforeLeaving(active ? ask : undefined);
  useEffect(() => {
    if (!active) return;
    isLeaving.current = false;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || link.target !== "" || event.ctrlKey || event.metaKey)
        return;
      if (link.origin !== window.location.origin) return;
      event.preventDefault();
      event.stopPropagation();
      ask(`${link.pathname}${link.search}`);
    };
    // a second entry for the same page: the way back ends there first
    const stand = () => {
      if (!isMarked()) window.history.pushState({ ...historyState(), [MARK]: true }, "");
    };
    const onBack = () => {
      if (isLeaving.current) return;
      stand();
      ask(BACK);
    };
    stand();
    window.addEventListener("beforeunload", onUnload);
    window.addEventListener("popstate", onBack);
    document.addEventListener("click", onClick, true);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      window.removeEventListener("popstate", onBack);
      document.removeEventListener("click", onClick, true);
    };
  }, [active, ask]);
  const leave = (path: string) => {
    isLeaving.current = true;
    if (path !== BACK) return onLeave(path);
    onWanted(undefined);
    window.history.go(-2);
  };
  if (wanted === undefined) return null;
  return (
    <Dialog open onClose={() => onWanted(undefined)} aria-labelledby={id}>
      <DialogTitle id={id}>{say("Leave without saving?")}</DialogTitle>
      <DialogContent>
        {say("What you changed in this section is not saved yet, and would be lost.")}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={() => leave(wanted)} color="error">
          {say("Leave")}
        </Button>
        <Button onClick={() => onWanted(undefined)} variant="contained" autoFocus>
          {say("Stay")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Once all is saved the second entry is needed no more: the way back goes through it. */
function useBackThroughMark(active: boolean): void {
  const wasMarked = useRef(false);
  // after every change of the page, whoever made it
  useEffect(() => {
    wasMarked.current = isMarked();
  });
  useEffect(() => {
    if (active) return;
    const onPop = () => {
      if (wasMarked.current && !isMarked()) window.history.back();
      wasMarked.current = isMarked();
    };
    window.addEventListener("popstate", onPop);
    return () => window.removeEventListener("popstate", onPop);
  }, [active]);
}

const isMarked = (): boolean => historyState()[MARK] === true;

const historyState = (): Readonly<Record<string, unknown>> =>
  (window.history.state ?? {}) as Readonly<Record<string, unknown>>;
