// Keys that work on every page; they can be switched off and never fire while somebody types.
import { usePhiVault } from "@thalamus/sdk/ui";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { useStore } from "react-admin";
import { useDarkMode } from "./dark-mode.ts";
import { useCarefulNavigate } from "./leaving.ts";
import { useRefreshAll } from "./refresh-all.ts";
import { ShortcutHelp } from "./shortcut-help.tsx";

/** The field of a page that `/` jumps to carries this id. */
export const FILTER_FIELD = "list-filter";

const SEQUENCE_MS = 1200;
const HelpContext = createContext<() => void>(() => undefined);

/** Opens the list of keys. */
export const useShortcutHelp = (): (() => void) => useContext(HelpContext);

export function ShortcutsProvider({ children }: { readonly children: ReactNode }) {
  const [helping, setHelping] = useState(false);
  const [enabled, setEnabled] = useStore("shortcuts", true);
  const navigate = useCarefulNavigate();
  const vault = usePhiVault();
  const { toggle } = useDarkMode();
  const { refresh } = useRefreshAll();
  const acts: Readonly<Record<string, () => void>> = {
    "/": () => document.getElementById(FILTER_FIELD)?.focus(),
    "?": () => setHelping(true),
    r: refresh,
    d: toggle,
    h: () => vault.hideAll(),
    "g s": () => navigate("/studies"),
    "g r": () => navigate("/results"),
    "g g": () => navigate("/groups"),
    "g d": () => navigate("/deliveries"),
    "g o": () => navigate("/organisations"),
    "g a": () => navigate("/agents"),
    "g l": () => navigate("/logs"),
    "g n": () => navigate("/notifications"),
    "g h": () => navigate("/housekeeping"),
    "g y": () => navigate("/system"),
    "g t": () => navigate("/settings"),
    u: () => navigate("/upload"),
  };
  useKeys(acts, enabled);
  const help = { open: helping, onClose: () => setHelping(false), enabled, onEnable: setEnabled };
  return (
    <HelpContext value={() => setHelping(true)}>
      {children}
      <ShortcutHelp {...help} />
    </HelpContext>
  );
}

function useKeys(acts: Readonly<Record<string, () => void>>, enabled: boolean): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    if (!enabled) return;
    let first = { key: "", at: 0 };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      const follows = event.timeStamp - first.at < SEQUENCE_MS;
      const act =
        latest.current[follows ? `${first.key} ${event.key}` : event.key] ?? latest.current[event.key];
      first = { key: event.key, at: event.timeStamp };
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [enabled]);
}

/** Menus and lists have their own letters: typing one jumps to an entry. */
const OWN_LETTERS = 'input, textarea, select, [contenteditable="true"], [role="menu"], [role="listbox"]';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(OWN_LETTERS) !== null;
