// The pages of the console in the order of the navigation, and who sees them.

import AdminPanelSettingsOutlined from "@mui/icons-material/AdminPanelSettingsOutlined";
import ApartmentOutlined from "@mui/icons-material/ApartmentOutlined";
import CloudUploadOutlined from "@mui/icons-material/CloudUploadOutlined";
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import EventRepeatOutlined from "@mui/icons-material/EventRepeatOutlined";
import ExtensionOutlined from "@mui/icons-material/ExtensionOutlined";
import GroupWorkOutlined from "@mui/icons-material/GroupWorkOutlined";
import MonitorHeartOutlined from "@mui/icons-material/MonitorHeartOutlined";
import NotificationsOutlined from "@mui/icons-material/NotificationsOutlined";
import RouterOutlined from "@mui/icons-material/RouterOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import SettingsOutlined from "@mui/icons-material/SettingsOutlined";
import SubjectOutlined from "@mui/icons-material/SubjectOutlined";
import ViewListOutlined from "@mui/icons-material/ViewListOutlined";
import { phrase, say, sayOf } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import { type Permission, useMay } from "../acts/permission.ts";
import { pluginPagePath, usePluginPages } from "../plugin-pages/plugin-pages.ts";
import { useIsCloud } from "./cloud-page.tsx";

export interface PageEntry {
  readonly to: string;
  readonly title: string;
  readonly icon: ElementType;
  readonly needs: Permission;
  /** On hubs only that are a cloud to others. */
  readonly cloudOnly?: boolean;
}

const cloudOnly = true;

const PAGES: readonly PageEntry[] = [
  { to: "/studies", title: phrase("Studies"), icon: ViewListOutlined, needs: "studies.read" },
  { to: "/results", title: phrase("Results"), icon: DescriptionOutlined, needs: "results.read" },
  { to: "/groups", title: phrase("Groups"), icon: GroupWorkOutlined, needs: "groups.read" },
  { to: "/upload", title: phrase("Upload"), icon: CloudUploadOutlined, needs: "uploads.create" },
  { to: "/deliveries", title: phrase("Deliveries"), icon: SendOutlined, needs: "deliveries.read" },
  {
    ...{ to: "/organisations", title: phrase("Organisations"), icon: ApartmentOutlined },
    ...{ needs: "organisations.manage", cloudOnly },
  },
  { to: "/agents", title: phrase("Agents"), icon: RouterOutlined, needs: "agents.read", cloudOnly },
  { to: "/logs", title: phrase("Logs"), icon: SubjectOutlined, needs: "logs.read" },
  {
    to: "/notifications",
    title: phrase("Notifications"),
    icon: NotificationsOutlined,
    needs: "notices.read",
  },
  { to: "/housekeeping", title: phrase("Housekeeping"), icon: EventRepeatOutlined, needs: "upkeep.read" },
  { to: "/system", title: phrase("System"), icon: MonitorHeartOutlined, needs: "system.read" },
  { to: "/access", title: phrase("Access"), icon: AdminPanelSettingsOutlined, needs: "accounts.manage" },
  { to: "/settings", title: phrase("Settings"), icon: SettingsOutlined, needs: "settings.read" },
];

/** Of the page at an address; undefined for the first one and for those without a place in the navigation. */
export const pageTitle = (path: string): string | undefined =>
  PAGES.find(({ to }) => path === to || path.startsWith(`${to}/`) || path.startsWith(`${to}?`))?.title;

/** Pages that who is signed in may open, and that this hub has. */
export function usePages(): readonly Pick<PageEntry, "to" | "title" | "icon">[] {
  const may = useMay();
  const isCloud = useIsCloud() ?? false;
  const own = PAGES.filter(({ needs, cloudOnly: only = false }) => may(needs) && (isCloud || !only)).map(
    (page) => ({ ...page, title: say(page.title) }),
  );
  const contributed = usePluginPages("page").map((page) => {
    return { to: pluginPagePath(page), title: sayOf(page.entry, page.title), icon: ExtensionOutlined };
  });
  return [...own, ...contributed];
}
