// Nobody leaves unsaved changes behind without being asked: links, other sections, closing the tab.
import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from "@mui/material";
import { useEffect, useId, useRef } from "react";

export interface LeaveGuardProps {
  readonly active: boolean;
  /** Where somebody wants to go. */
  readonly wanted: string | undefined;
  readonly onWanted: (path: string | undefined) => void;
  readonly onLeave: (path: string) => void;
}

export function LeaveGuard({ active, wanted, onWanted, onLeave }: LeaveGuardProps) {
  const id = useId();
  const ask = useRef(onWanted);
  useEffect(() => {
    ask.current = onWanted;
  });
  useEffect(() => {
    if (!active) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || link.target !== "" || event.ctrlKey || event.metaKey)
        return;
      if (link.origin !== window.location.origin) return;
      event.preventDefault();
      event.stopPropagation();
      ask.current(`${link.pathname}${link.search}`);
    };
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, true);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, true);
    };
  }, [active]);
  if (wanted === undefined) return null;
  return (
    <Dialog open onClose={() => onWanted(undefined)} aria-labelledby={id}>
      <DialogTitle id={id}>Leave without saving?</DialogTitle>
      <DialogContent>What you changed in this section is not saved yet, and would be lost.</DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={() => onLeave(wanted)} color="error">
          Leave
        </Button>
        <Button onClick={() => onWanted(undefined)} variant="contained" autoFocus>
          Stay
        </Button>
      </DialogActions>
    </Dialog>
  );
}
