// The pages of the console in the order of the navigation, and who sees them.
import ApartmentOutlined from "@mui/icons-material/ApartmentOutlined";
import CloudUploadOutlined from "@mui/icons-material/CloudUploadOutlined";
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import EventRepeatOutlined from "@mui/icons-material/EventRepeatOutlined";
import GroupWorkOutlined from "@mui/icons-material/GroupWorkOutlined";
import NotificationsOutlined from "@mui/icons-material/NotificationsOutlined";
import RouterOutlined from "@mui/icons-material/RouterOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import ViewListOutlined from "@mui/icons-material/ViewListOutlined";
import type { ElementType } from "react";
import { useIsAdmin } from "../acts/role.ts";
import { useIsCloud } from "./cloud-page.tsx";

export interface PageEntry {
  readonly to: string;
  readonly title: string;
  readonly icon: ElementType;
  readonly adminOnly?: boolean;
  /** On hubs only that are a cloud to others. */
  readonly cloudOnly?: boolean;
}

const PAGES: readonly PageEntry[] = [
  { to: "/studies", title: "Studies", icon: ViewListOutlined },
  { to: "/results", title: "Results", icon: DescriptionOutlined },
  { to: "/groups", title: "Groups", icon: GroupWorkOutlined },
  { to: "/upload", title: "Upload", icon: CloudUploadOutlined },
  { to: "/deliveries", title: "Deliveries", icon: SendOutlined },
  {
    ...{ to: "/organisations", title: "Organisations", icon: ApartmentOutlined },
    ...{ adminOnly: true, cloudOnly: true },
  },
  { to: "/agents", title: "Agents", icon: RouterOutlined, adminOnly: true, cloudOnly: true },
  { to: "/notifications", title: "Notifications", icon: NotificationsOutlined, adminOnly: true },
  { to: "/housekeeping", title: "Housekeeping", icon: EventRepeatOutlined, adminOnly: true },
];

/** Pages that the role of who is signed in may open, and that this hub has. */
export function usePages(): readonly PageEntry[] {
  const isAdmin = useIsAdmin();
  const isCloud = useIsCloud() ?? false;
  return PAGES.filter(
    ({ adminOnly = false, cloudOnly = false }) => (isAdmin || !adminOnly) && (isCloud || !cloudOnly),
  );
}
