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

type KeyActs = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** Keys of the pages and panels that are open, the newest last. */
const PageKeysContext = createContext<Set<{ readonly current: KeyActs }>>(new Set());

/**
 * Keys that work while this part of a page is there; they go before those of every page.
 * @param acts one that returns false did not want the key
 */
export function usePageKeys(acts: KeyActs): void {
  const pages = useContext(PageKeysContext);
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    pages.add(latest);
    return () => void pages.delete(latest);
  }, [pages]);
}

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
  const [pages] = useState(() => new Set<{ readonly current: KeyActs }>());
  const acts: KeyActs = {
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
  useKeys(acts, pages, enabled);
  const help = { open: helping, onClose: () => setHelping(false), enabled, onEnable: setEnabled };
  return (
    <HelpContext value={() => setHelping(true)}>
      <PageKeysContext value={pages}>{children}</PageKeysContext>
      <ShortcutHelp {...help} />
    </HelpContext>
  );
}

function useKeys(acts: KeyActs, pages: ReadonlySet<{ readonly current: KeyActs }>, enabled: boolean): void {
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
      const { key, timeStamp } = event;
      const pair = timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${key}` : key;
      first = { key, at: timeStamp };
      const owners = [latest.current, ...[...pages].reverse().map(({ current }) => current), latest.current];
      // two keys in a row go before one key, wherever they belong
      const wanted = [owners[0]![pair === key ? "" : pair], ...owners.slice(1).map((owner) => owner[key])];
      for (const act of wanted) {
        if (!act || act(event) === false) continue;
        event.preventDefault();
        return;
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [enabled, pages]);
}

/** Menus and lists have their own letters: typing one jumps to an entry. */
const OWN_LETTERS = 'input, textarea, select, [contenteditable="true"], [role="menu"], [role="listbox"]';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(OWN_LETTERS) !== null;
