// Builders for a plugin's settings: one declaration gives the check, the form and the README table.
import { type Static, type TObject, type TProperties, type TSchema, Type } from "typebox";

export type { Static, TSchema };
export { Type };

/** The settings of a plugin: an object that refuses keys it does not know. */
export type SettingsSchema = TObject;

/** An object of settings; unknown keys are refused with their path. */
export function Settings<const P extends TProperties>(properties: P): TObject<P> {
  return Type.Object(properties, { additionalProperties: false }) as TObject<P>;
}

/** An application entity title (PS3.5 6.2, VR AE): 1 to 16 characters of the default repertoire, no backslash. */
export const AeTitle = (options: { title: string; description: string; default?: string }) =>
  Type.String({
    pattern: "^(?! )[\\x20-\\x5B\\x5D-\\x7E]{1,16}$",
    "x-ui": { widget: "aeTitle" },
    ...options,
  });

/** A TCP port; 0 lets the system choose one. */
export const Port = (options: { title: string; description: string; default?: number }) =>
  Type.Integer({ minimum: 0, maximum: 65_535, ...options });

/** A value that is sealed at rest and never sent back to a browser or a log. */
export const Secret = (options: { title: string; description: string }) =>
  Type.String({ "x-ui": { widget: "secret" }, ...options });
