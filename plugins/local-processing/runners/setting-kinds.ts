// Settings that more than one runner has.
import { Type } from "@thalamus/sdk";

export const text = (title: string, description: string) =>
  Type.String({ title, description, minLength: 1, maxLength: 4096 });

export const optionalText = (title: string, description: string) => Type.Optional(text(title, description));

export const runUser = (description: string) =>
  Type.Optional(
    Type.String({
      title: "User",
      description,
      pattern: "^[1-9][0-9]{0,8}(:[1-9][0-9]{0,8})?$",
    }),
  );

export const group = { additionalProperties: false };
