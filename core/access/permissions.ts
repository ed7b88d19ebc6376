// What can be allowed, and which role may do what: the one table. The server asks it in one place, Api#admit.

/** Every permission with what it lets somebody do. A route of the API names one of them. */
export const PERMISSIONS = {
  "studies.read": "See studies, their orders, steps, checks and timeline, and live changes",
  "studies.reveal": "Uncover values that identify the patient; each time is journalled",
  "studies.view": "Look at the images of studies, which can show a face or a name; each time is journalled",
  "studies.complete": "Make a study complete before its time",
  "studies.cancel": "End all work on a study",
  "studies.reject": "End a held study with a failure report",
  "studies.delete": "Delete a study",
  "studies.bypass": "Let failed lines of a check pass, with a reason",
  "studies.correct": "Correct age and sex of a patient",
  "studies.check": "Run the checks of a study again",
  "orders.cancel-own": "Cancel work on what one uploaded or ordered",
  "steps.retry": "Try a step again that was given up",
  "quality.dry-run": "Try another rule set on past studies",
  "deidentification.preview": "See what de-identification does to a study",
  "deidentification.release": "Let a copy out that waits for a person",
  "copies.manifest": "Read the manifest of a de-identified copy",
  "results.read": "See and download results",
  "deliveries.read": "See destinations, receipts and what is missing",
  "deliveries.resend": "Deliver a result by hand",
  "deliveries.resolve": "Say what became of a delivery that was cut off",
  "deliveries.control": "Hold and let go destinations and other queues",
  "deliveries.test": "Test a destination",
  "deliveries.export": "Export the ledger of receipts",
  "groups.read": "See groups and their reports",
  "groups.create": "Make a group",
  "groups.assign": "Put studies into groups and take them out",
  "groups.change": "Change and delete groups, and say where their reports go",
  "groups.send": "Send the report of a group",
  "uploads.create": "Upload studies and create orders",
  "uploads.read": "See uploads",
  "uploads.cancel-any": "Cancel uploads of others",
  "organisations.manage": "Manage organisations that order here, their members, keys and products",
  "agents.read": "See edge hubs and their heartbeats, name and forget them",
  "clouds.read": "See the clouds that studies are sent to, and what heartbeats say",
  "clouds.control": "Test a cloud, and ask it for a new token",
  "products.read": "See products and their versions",
  "products.change": "Change the image of a product",
  "notices.read": "See notifications",
  "upkeep.read": "See housekeeping and what retention would remove",
  "upkeep.run": "Run housekeeping now",
  "system.read": "See the state of the hub",
  "system.support": "Download a file for whoever helps, without patients and secrets",
  "logs.read": "Read logs",
  "audit.read": "Read the audit trail",
  "settings.read": "See settings",
  "settings.write": "Change settings",
  "updates.apply": "Update the hub",
  "certificates.manage": "Exchange the certificate of the console",
  "accounts.manage": "Manage accounts, roles and sessions",
  "keys.manage": "Make and revoke API keys",
  "portal.manage": "Manage the patient portal",
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as readonly Permission[];

type FirstPart<P> = P extends `${infer First}.${string}` ? First : never;

/** Words for the first part of a permission: forms list permissions by them. */
const AREAS: Readonly<Record<FirstPart<Permission>, string>> = {
  studies: "Studies",
  orders: "Studies",
  steps: "Studies",
  quality: "Quality control",
  deidentification: "De-identification",
  copies: "De-identification",
  results: "Results",
  deliveries: "Deliveries",
  groups: "Groups",
  uploads: "Uploads",
  organisations: "Cloud",
  agents: "Cloud",
  clouds: "Cloud",
  products: "Products",
  notices: "Notifications",
  upkeep: "System",
  system: "System",
  logs: "Logs and audit",
  audit: "Logs and audit",
  settings: "System",
  updates: "System",
  certificates: "Access",
  accounts: "Access",
  keys: "Access",
  portal: "Patient portal",
};

export const areaOf = (permission: Permission): string =>
  AREAS[permission.split(".")[0] as FirstPart<Permission>];

/**
 * What a route asks for: a permission; `anyone` needs nobody; `signed-in` any session or key; `person` a session, for
 * what people do about their own account.
 */
export type Needed = Permission | "anyone" | "signed-in" | "person";

export interface RoleEntry {
  readonly title: string;
  readonly permissions: readonly Permission[];
}

/** A-294 Roles of every hub. Sites make others beside them; these cannot be changed. */
export const ROLES: Readonly<Record<string, RoleEntry>> = {
  admin: { title: "Administrator", permissions: ALL_PERMISSIONS },
  // reads studies, results, batches and logs, uploads, creates orders and cancels its own, and changes
  // nothing else
  user: {
    title: "User",
    permissions: [
      ...(["studies.read", "studies.reveal", "studies.view", "results.read", "deliveries.read"] as const),
      ...(["uploads.read", "uploads.create", "orders.cancel-own"] as const),
      ...(["groups.read", "groups.create", "groups.assign"] as const),
      ...(["system.read", "logs.read", "products.read", "clouds.read"] as const),
    ],
  },
  "portal-manager": {
    title: "Patient portal manager",
    permissions: ["studies.read", "studies.reveal", "results.read", "system.read", "portal.manage"],
  },
};

export const isPermission = (name: string): name is Permission => Object.hasOwn(PERMISSIONS, name);
