// Going through the rows of a list by keys: the focus moves from link to link, so that Enter and a screen reader follow.
import { useRef } from "react";
import { usePageKeys } from "../layout/shortcuts.tsx";

/** A row carries `data-row` with its id; its first link opens it, and `data-row-menu` marks its menu. */
const ROW = "[data-row]";

export interface RowKeys {
  readonly onChoose: (id: string) => void;
  /** Further keys, called with the id of the row. */
  readonly acts?: Readonly<Record<string, (id: string) => void>>;
}

export function useRowKeys({ onChoose, acts = {} }: RowKeys): void {
  /** Where the keyboard was before a panel or a dialog took the focus away. */
  const last = useRef<string>(undefined);
  const rows = () => [...document.querySelectorAll<HTMLElement>(ROW)];
  const current = () => {
    const focused = document.activeElement?.closest<HTMLElement>(ROW);
    return focused ?? rows().find(({ dataset }) => dataset["row"] === last.current);
  };
  const move = (by: number) => {
    if (isCovered()) return false;
    const all = rows();
    const here = current();
    const next = here ? all.indexOf(here) + by : 0;
    const row = all[Math.min(Math.max(next, 0), all.length - 1)];
    if (!row) return false;
    last.current = row.dataset["row"];
    row.querySelector<HTMLElement>("a")?.focus();
    row.scrollIntoView({ block: "nearest" });
    return true;
  };
  const onRow = (act: (row: HTMLElement, id: string) => void) => () => {
    const row = current();
    const id = row?.dataset["row"];
    if (!row || id === undefined || isCovered()) return false;
    last.current = id;
    act(row, id);
    return true;
  };
  // without a row the arrows scroll, and Enter belongs to whatever has the focus
  const fromRow = (by: number) => () => (document.activeElement?.closest(ROW) ? move(by) : false);
  usePageKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: fromRow(1),
    ArrowUp: fromRow(-1),
    Enter: () => {
      if (document.activeElement !== document.body) return false;
      return onRow((row) => row.querySelector<HTMLElement>("a")?.click())();
    },
    x: onRow((_, id) => onChoose(id)),
    ".": onRow((row) => row.querySelector<HTMLElement>("[data-row-menu]")?.click()),
    ...Object.fromEntries(Object.entries(acts).map(([key, act]) => [key, onRow((_, id) => act(id))])),
  });
}

/** A dialog, a menu or a panel lies over the list: the list is hidden from screen readers then, too. */
const isCovered = (): boolean => document.querySelector(ROW)?.closest('[aria-hidden="true"]') != null;
