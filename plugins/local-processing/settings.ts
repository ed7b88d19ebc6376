// What a site can set about processing on its own machines.
import { Settings, type Static, Type } from "@thalamus/sdk";

export const LocalProcessingSettings = Settings({
  productFolders: Type.Array(Type.String({ minLength: 1 }), {
    title: "Product folders",
    description:
      "Absolute folders with more products, one subfolder with a product.json for each. They are searched " +
      "before the products that come with the hub.",
    default: [],
  }),
  width: Type.Integer({
    title: "Runs at once",
    description: "How many products run at the same time; each may take the memory its product.json names.",
    minimum: 1,
    maximum: 64,
    default: 1,
  }),
  timeoutSeconds: Type.Optional(
    Type.Integer({
      title: "Longest run in seconds",
      description: "A run is ended after this time; leave out for the time that each product.json names.",
      minimum: 1,
      maximum: 604_800,
    }),
  ),
  silenceSeconds: Type.Integer({
    title: "Longest silence in seconds",
    description: "A product that prints no line for so long is taken for hung and ended.",
    minimum: 1,
    maximum: 86_400,
    default: 120,
  }),
  attempts: Type.Integer({
    title: "Tries",
    description:
      "After so many tries with a passing fault the order ends with a failure report. Keep it at or below " +
      "the tries of the hub's steps, else the hub gives up first and there is no report.",
    minimum: 1,
    maximum: 100,
    default: 3,
  }),
});

export type LocalProcessingSettings = Static<typeof LocalProcessingSettings>;
