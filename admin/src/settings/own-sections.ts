// Sections of the settings that are no form: pages of the console's own, in the same list.
import { say } from "@thalamus/sdk/ui";
import type { ComponentType } from "react";
import type { Permission } from "../acts/permission.ts";
import { HttpsSection } from "../certificate/https-section.tsx";
import type { ListedSection } from "./section-words.ts";

export interface OwnSection extends ListedSection {
  readonly needs: Permission;
  readonly Content: ComponentType;
}

/** In the language of the screens. */
export const ownSections = (): readonly OwnSection[] => [
  {
    ...{ id: "https", group: say("Access"), title: "HTTPS", problem: null, waiting: [] },
    summary: say("The certificate with which this hub speaks HTTPS."),
    schema: {
      properties: {
        certificate: { title: say("Certificate"), description: say("Upload, exchange, expiry, names") },
        key: { title: say("Private key") },
        ca: { title: say("Certificates of authorities"), description: say("CA, chain") },
      },
    },
    needs: "certificates.manage",
    Content: HttpsSection,
  },
];
