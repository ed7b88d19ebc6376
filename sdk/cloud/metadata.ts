// What may be said of a study beside its files; everything else is refused.
import { type Static, Type } from "typebox";

/**
 * Counts more than what the files say. A key that is not here is refused with 400: nothing gets out of a house because
 * somebody added it to an object.
 */
export const OrderMetadata = Type.Object(
  {
    patient_age: Type.Optional(
      Type.String({ description: "Age string of DICOM: 048Y; or whole years", maxLength: 4 }),
    ),
    patient_sex: Type.Optional(Type.Enum(["M", "F", "O"])),
    accession_number: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
);
export type OrderMetadata = Static<typeof OrderMetadata>;
