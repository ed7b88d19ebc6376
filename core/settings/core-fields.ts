// Titles and hints of the fields of the hub's own sections, by their path in the configuration.
import type { Plugin } from "@thalamus/sdk";
import type { FormHints } from "./form-schema.ts";

interface FieldWords {
  readonly title: string;
  readonly hints?: FormHints;
  /** Its values are names of plugin entries of this kind. */
  readonly entriesOf?: Plugin["kind"];
}

const half = { half: true } as const;
const cron = { widget: "cron" } as const;

const INTAKE: Readonly<Record<string, FieldWords>> = {
  stableAfterSeconds: { title: "Stable after (seconds)", hints: half },
  lateInstances: {
    title: "Late instances",
    hints: {
      enumTitles: [
        "Run the whole route again",
        "Keep them and run nothing",
        "Make a study of their own of them",
      ],
    },
  },
  flush: {
    title: "Flush files",
    hints: {
      applies: "restart",
      warnWhen: [
        {
          if: { properties: { flush: { const: false } }, required: ["flush"] },
          message: "A power cut then loses objects that senders believe to be safe.",
        },
      ],
    },
  },
  warnFreeMegabytes: { title: "Warn below (MB free)", hints: half },
  keepFreeMegabytes: { title: "Refuse below (MB free)", hints: half },
};

const ACCESS: Readonly<Record<string, FieldWords>> = {
  mode: {
    title: "Ways to sign in",
    hints: {
      widget: "radio",
      enumTitles: ["Passwords of the hub only", "Single sign-on and passwords", "Single sign-on only"],
    },
  },
  breakGlassAccount: { title: "Emergency account", hints: half },
  idleMinutes: { title: "Idle time (minutes)", hints: half },
  revealNeedsReason: { title: "Ask for a reason before patient data is shown" },
  baseUrl: {
    title: "Address of this hub",
    hints: {
      copies: [
        { label: "SAML: reply URL (ACS)", suffix: "/api/saml/acs" },
        { label: "SAML: metadata of this hub", suffix: "/api/saml/metadata" },
        { label: "SAML: single logout", suffix: "/api/saml/slo" },
        { label: "OpenID Connect: redirect URI", suffix: "/api/oidc/callback" },
      ],
    },
  },
  privateNetworks: { title: "Private networks of the identity provider" },
  saml: { title: "SAML 2.0" },
  oidc: { title: "OpenID Connect" },
  "saml.metadataUrl": { title: "Metadata address" },
  "saml.followMetadata": { title: "Read it again by itself" },
  "saml.metadataFile": { title: "Metadata file" },
  "saml.entityId": { title: "Entity ID of this hub" },
  "saml.idpEntityId": { title: "Entity ID of the identity provider" },
  "saml.idpSsoUrl": { title: "Sign-in address" },
  "saml.idpSloUrl": { title: "Sign-out address" },
  "saml.idpCertificates": { title: "Certificates of the identity provider" },
  "saml.idpCertificateFiles": { title: "Certificate files" },
  "saml.nameIdFormat": { title: "Name ID format" },
  "saml.requireSignedAssertions": { title: "Require signed assertions" },
  "saml.requireSignedResponse": { title: "Require a signed response" },
  "saml.decryptAssertions": { title: "Take encrypted assertions" },
  "saml.clockSkewSeconds": { title: "Clocks may differ by (seconds)", hints: half },
  "saml.privateKeyFile": { title: "Key file" },
  "saml.certificateFile": { title: "Certificate file" },
  "saml.privateKey": { title: "Key that signs requests" },
  "saml.certificate": { title: "Its certificate" },
  "oidc.issuer": { title: "Issuer" },
  "oidc.clientId": { title: "Client ID", hints: half },
  "oidc.scopes": { title: "Scopes", hints: half },
  "oidc.clientSecret": { title: "Client secret" },
  "oidc.clientSecretFile": { title: "Client secret file" },
  ...within("saml", groupWords()),
  ...within("oidc", groupWords()),
};

function groupWords(): Readonly<Record<string, FieldWords>> {
  return {
    groupClaim: { title: "Claim with the groups" },
    adminGroup: { title: "Group of administrators", hints: half },
    userGroup: { title: "Group of users", hints: half },
    roles: { title: "Roles of other groups", hints: { widget: "json" } },
    defaultRole: { title: "Role without any group", hints: half },
  };
}

export const CORE_FIELDS: Readonly<Record<string, FieldWords>> = {
  access: { title: "Single sign-on", hints: { visibleTo: "accounts.manage" } },
  ...within("access", ACCESS),
  "http.hstsDays": { title: "Days that browsers remember it", hints: half },
  name: { title: "Name of the hub" },
  ...within("intake", INTAKE),
  "uploads.largestMegabytes": { title: "Largest upload (MB)", hints: half },
  "uploads.keepHours": { title: "Keep unfinished ones (hours)", hints: half },
  "uploads.silenceSeconds": { title: "Longest silence (seconds)", hints: half },
  "uploads.atOnce": { title: "At once", hints: half },
  "uploads.mostFiles": { title: "Most files", hints: half },
  "uploads.unpackedMegabytes": { title: "Largest when unpacked (MB)", hints: half },
  "uploads.largestFileMegabytes": { title: "Largest file (MB)", hints: half },
  "uploads.mostExpansion": { title: "Most expansion", hints: half },
  "uploads.longestPath": { title: "Longest path", hints: half },
  "uploads.deepestPath": { title: "Deepest path", hints: half },
  "uploads.requireDemographics": { title: "Require age and sex" },
  "uploads.specificationUrl": { title: "Specification page" },
  "steps.attempts": { title: "Tries", hints: half },
  "steps.firstDelaySeconds": { title: "First wait (seconds)", hints: half },
  "steps.longestDelaySeconds": { title: "Longest wait (seconds)", hints: half },
  "route.check": { title: "Checks, in this order", hints: { widget: "multiselect" } },
  "route.check[]": { title: "Check", entriesOf: "check" },
  "route.deidentify": { title: "De-identification", hints: { widget: "multiselect" } },
  "route.deidentify[]": { title: "De-identification", entriesOf: "transform" },
  "route.process": {
    title: "Default products",
    hints: { itemTitle: "product", addLabel: "Add a product" },
  },
  "route.process[].plugin": { title: "Run by", hints: half, entriesOf: "process" },
  "route.process[].product": { title: "Product", hints: half },
  "route.process[].params": { title: "Parameters", hints: { widget: "json" } },
  "route.productTag": { title: "Products chosen by the sender" },
  "route.productTag.tag": { title: "Element", hints: { widget: "tagPath", half: true } },
  "route.productTag.privateCreator": { title: "Private creator", hints: half },
  "route.productTag.values": { title: "Values", hints: { widget: "json" } },
  "route.deliver": { title: "Results go to", hints: { widget: "multiselect" } },
  "route.deliver[]": { title: "Destination", entriesOf: "deliver" },
  "route.deliverFailures": { title: "Failure reports go to", hints: { widget: "multiselect" } },
  "route.deliverFailures[]": { title: "Destination", entriesOf: "deliver" },
  "alerts.everySeconds": { title: "Look every (seconds)", hints: { ...half, applies: "restart" } },
  "alerts.cpuPercent": { title: "CPU (%)", hints: half },
  "alerts.memoryPercent": { title: "Memory (%)", hints: half },
  "alerts.swapPercent": { title: "Swap (%)", hints: half },
  "alerts.diskPercent": { title: "Disk (%)", hints: half },
  "alerts.recoverPoints": { title: "Recovered below by (points)", hints: half },
  "alerts.looksInARow": { title: "Looks in a row", hints: half },
  "alerts.coolDownMinutes": { title: "Not again within (minutes)", hints: half },
  "upkeep.timeZone": { title: "Time zone", hints: { applies: "restart" } },
  "upkeep.reconciliation": { title: "Reconciliation" },
  "upkeep.reconciliation.schedule": { title: "Schedule", hints: cron },
  "upkeep.retention.schedule": { title: "Schedule", hints: cron },
  "upkeep.retention.keepStudiesDays": { title: "Keep studies (days)", hints: half },
  "upkeep.retention.keepRecordsDays": { title: "Keep records (days)", hints: half },
  "upkeep.retention.keepLogsDays": { title: "Keep logs (days)", hints: half },
  "log.level": { title: "Least important lines" },
  "http.metrics.access": { title: "Who may read it" },
  "http.metrics.tokenSha256": { title: "SHA-256 of the token" },
};

function within(part: string, fields: Readonly<Record<string, FieldWords>>): Record<string, FieldWords> {
  return Object.fromEntries(Object.entries(fields).map(([name, words]) => [`${part}.${name}`, words]));
}
