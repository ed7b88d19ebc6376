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

/** A hint: the field is shown only while another one beside it has one of these values. */
export const shownWhen = (field: string, values: readonly (string | boolean)[]) => ({
  showWhen: { properties: { [field]: { enum: values } }, required: [field] },
});

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
export const Secret = (options: { title: string; description: string }, hints: object = {}) =>
  Type.String({ "x-ui": { widget: "secret", ...hints }, ...options });

/** Which private SOP classes a door takes: UIDs, roots as `1.3.46.670589.*`, or `*`; all of them by default. */
export const PrivateSopClasses = () =>
  Type.Array(
    Type.String({
      description:
        "A UID, a root of UIDs as 1.3.46.670589.*, or *; none under 1.2.840.10008, the standard's root.",
      minLength: 1,
      maxLength: 66,
      // UIDs under the root of the standard are no private ones
      pattern: "^(\\*|(?!1\\.2\\.840\\.10008(\\.|$))[0-2](\\.(0|[1-9][0-9]*))+(\\.\\*)?)$",
    }),
    {
      title: "Private SOP classes",
      description:
        "UIDs of private SOP classes that are taken beside all storage classes of the standard; 1.3.46.670589.* " +
        "stands for all under a root, * for all. Scanners send private spectra and raw data along with the images, " +
        "and many call the whole job failed when one class is refused.",
      default: ["*"],
    },
  );
