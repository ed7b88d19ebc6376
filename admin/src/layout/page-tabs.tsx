// Tabs of a page, each with an address of its own, so that a tab can be linked to and Back works.
import { Tab, Tabs } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { Link, useLocation } from "react-router";

export interface PageTabsProps {
  /** Of the page in its addresses, and in the ids of tabs and panel. */
  readonly page: string;
  readonly label: string;
  readonly chosen: string;
  /** By their names in the address. */
  readonly tabs: readonly (readonly [string, { readonly title: string }])[];
}

/** The panel that belongs to it has the id `<page>-panel`. */
export function PageTabs({ page, label, chosen, tabs }: PageTabsProps) {
  return (
    <Tabs value={chosen} aria-label={label} variant="scrollable" scrollButtons={false} sx={LOOK}>
      {tabs.map(([name, { title }]) => (
        <Tab
          key={name}
          value={name}
          label={say(title)}
          component={Link}
          to={`/${page}/${name}`}
          id={`${page}-tab-${name}`}
          aria-controls={`${page}-panel`}
        />
      ))}
    </Tabs>
  );
}

/** The tab of `/<page>/<tab>`, or the one that the page begins with. */
export function useChosenTab(tabs: Readonly<Record<string, unknown>>, first: string): string {
  const [, , tab = ""] = useLocation().pathname.split("/");
  return Object.hasOwn(tabs, tab) ? tab : first;
}

const LOOK = {
  borderBottom: 1,
  borderColor: "divider",
  px: 1,
  "& .MuiTab-root": { minWidth: 0, px: { xs: 1, sm: 1.75 } },
} as const;
