// Whoever has something unsaved on a page is asked before keys or buttons lead away from it.
import { useCallback, useEffect } from "react";
import { useNavigate } from "react-router";

let ask: ((path: string) => void) | undefined;

/** @param asker is called in place of going; undefined: nothing is unsaved */
export function useAskBeforeLeaving(asker: ((path: string) => void) | undefined): void {
  useEffect(() => {
    ask = asker;
    return () => {
      ask = undefined;
    };
  }, [asker]);
}

/** Goes to a page, or asks first. */
export function useCarefulNavigate(): (path: string) => void {
  const navigate = useNavigate();
  return useCallback(
    (path: string) => {
      if (ask) ask(path);
      else void navigate(path);
    },
    [navigate],
  );
}
