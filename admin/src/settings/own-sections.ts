// Sections of the settings that are no form: pages of the console's own, in the same list.
import { phrase } from "@thalamus/sdk/ui";
import type { ComponentType } from "react";
import type { Permission } from "../acts/permission.ts";
import { HttpsSection } from "../certificate/https-section.tsx";
import type { ListedSection } from "./section-words.ts";

export interface OwnSection extends ListedSection {
  readonly needs: Permission;
  readonly Content: ComponentType;
}

export const OWN_SECTIONS: readonly OwnSection[] = [
  {
    ...{ id: "https", group: phrase("Access"), title: "HTTPS", problem: null, waiting: [] },
    summary: phrase("The certificate with which this hub speaks HTTPS."),
    schema: {
      properties: {
        certificate: { title: phrase("Certificate"), description: phrase("Upload, exchange, expiry, names") },
        key: { title: phrase("Private key") },
        ca: { title: phrase("Certificates of authorities"), description: phrase("CA, chain") },
      },
    },
    needs: "certificates.manage",
    Content: HttpsSection,
  },
];
