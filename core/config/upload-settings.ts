// What a site can set about uploads: how large, how many files, how long unfinished ones are kept.
import { type Static, Type } from "typebox";

export const UploadSettings = Type.Object(
  {
    largestMegabytes: Type.Integer({
      description: "An upload is at most this large as it is sent, in MB (10^6 bytes)",
      minimum: 1,
      maximum: 1_000_000,
      default: 5000,
    }),
    keepHours: Type.Number({
      description: "An unfinished upload that got no byte for this long is removed",
      minimum: 0.001,
      maximum: 8760,
      default: 24,
    }),
    silenceSeconds: Type.Number({
      description:
        "A transfer that brings no byte for this long is cut off; the sender comes back and goes on",
      minimum: 0.1,
      maximum: 3600,
      default: 60,
    }),
    atOnce: Type.Integer({
      description: "Uploads one hub takes in at the same time; others wait for their turn",
      minimum: 1,
      maximum: 16,
      default: 2,
    }),
    mostFiles: Type.Integer({
      description: "An archive holds at most this many files and folders",
      minimum: 1,
      default: 100_000,
    }),
    unpackedMegabytes: Type.Integer({
      description: "All files of an upload together are at most this large when unpacked, in MB",
      minimum: 1,
      default: 20_000,
    }),
    largestFileMegabytes: Type.Integer({
      description:
        "A single file is at most this large when unpacked, in MB; a larger one is left out and reported",
      minimum: 1,
      default: 4000,
    }),
    mostExpansion: Type.Integer({
      description:
        "An archive of which more than 100 MB unpack to more than this many times its size is refused as a bomb",
      minimum: 2,
      default: 200,
    }),
    longestPath: Type.Integer({
      description: "A file whose path in the archive has more characters is left out and reported",
      minimum: 16,
      maximum: 65_535,
      default: 1024,
    }),
    deepestPath: Type.Integer({
      description: "A file that lies in more folders within each other is left out and reported",
      minimum: 1,
      maximum: 1000,
      default: 32,
    }),
    requireDemographics: Type.Boolean({
      description:
        "Refuse an upload when age or sex of a patient is in neither the form, the sidecar nor the images",
      default: true,
    }),
    specificationUrl: Type.Optional(
      Type.String({
        description:
          "Address of the page that says which images the site's products need; people who upload are led there",
        pattern: "^https?://\\S+$",
        maxLength: 500,
      }),
    ),
  },
  { additionalProperties: false, default: {} },
);

export type UploadSettings = Static<typeof UploadSettings>;
