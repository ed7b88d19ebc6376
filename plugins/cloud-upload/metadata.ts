// What is said of a patient beside the copy: nothing but what the settings name, whatever else there may be.
import { type OutboundFactName, type OutboundFacts, Permanent } from "@thalamus/sdk";
import { OrderMetadata } from "@thalamus/sdk/cloud";
import { Check } from "typebox/value";
import type { CloudUploadSettings } from "./settings.ts";

type MetadataSettings = Pick<CloudUploadSettings, "metadata" | "sendAccession">;

/** the facts that the hub is asked for. */
export const toldFacts = ({ metadata, sendAccession }: MetadataSettings): OutboundFactName[] => [
  ...(metadata.includes("age") ? (["patientAge"] as const) : []),
  ...(metadata.includes("sex") ? (["patientSex"] as const) : []),
  ...(sendAccession ? (["accessionNumber"] as const) : []),
];

/** @param facts as the hub gave them; those that were not asked for are left out once more */
export function metadataOf(facts: OutboundFacts, settings: MetadataSettings): OrderMetadata {
  const told = toldFacts(settings);
  const said = <K extends OutboundFactName>(name: K) => (told.includes(name) ? facts[name] : undefined);
  const age = said("patientAge");
  const sex = said("patientSex");
  const accession = said("accessionNumber");
  const metadata = {
    ...(age === undefined ? {} : { patient_age: age }),
    ...(sex === undefined ? {} : { patient_sex: sex }),
    ...(accession === undefined ? {} : { accession_number: accession }),
  };
  if (Check(OrderMetadata, metadata)) return metadata;
  throw new Permanent(
    "cloud-upload.bad-metadata",
    "What would be said of the patient has a form that the cloud refuses.",
  );
}
