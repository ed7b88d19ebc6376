// The pages of the console in the order of the navigation, and who sees them.
import CloudUploadOutlined from "@mui/icons-material/CloudUploadOutlined";
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import EventRepeatOutlined from "@mui/icons-material/EventRepeatOutlined";
import GroupWorkOutlined from "@mui/icons-material/GroupWorkOutlined";
import NotificationsOutlined from "@mui/icons-material/NotificationsOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import ViewListOutlined from "@mui/icons-material/ViewListOutlined";
import type { ElementType } from "react";
import { useIsAdmin } from "../acts/role.ts";

export interface PageEntry {
  readonly to: string;
  readonly title: string;
  readonly icon: ElementType;
  readonly adminOnly?: boolean;
}

const PAGES: readonly PageEntry[] = [
  { to: "/studies", title: "Studies", icon: ViewListOutlined },
  { to: "/results", title: "Results", icon: DescriptionOutlined },
  { to: "/groups", title: "Groups", icon: GroupWorkOutlined },
  { to: "/upload", title: "Upload", icon: CloudUploadOutlined },
  { to: "/deliveries", title: "Deliveries", icon: SendOutlined },
  { to: "/notifications", title: "Notifications", icon: NotificationsOutlined, adminOnly: true },
  { to: "/housekeeping", title: "Housekeeping", icon: EventRepeatOutlined, adminOnly: true },
];

/** Pages that the role of who is signed in may open. */
export function usePages(): readonly PageEntry[] {
  const isAdmin = useIsAdmin();
  return PAGES.filter(({ adminOnly = false }) => isAdmin || !adminOnly);
}
