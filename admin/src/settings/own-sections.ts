// Sections of the settings that are no form: pages of the console's own, in the same list.
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
    ...{ id: "https", group: "Access", title: "HTTPS", problem: null, waiting: [] },
    summary: "The certificate with which this hub speaks HTTPS.",
    schema: {
      properties: {
        certificate: { title: "Certificate", description: "Upload, exchange, expiry, names" },
        key: { title: "Private key" },
        ca: { title: "Certificates of authorities", description: "CA, chain" },
      },
    },
    needs: "certificates.manage",
    Content: HttpsSection,
  },
];
