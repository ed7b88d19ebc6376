// The generator of settings forms, for the console and for pages of plugins; loaded with the page that shows one.
export type { FormAction, FormHints, FormSchema } from "../../form-schema.ts";
export { type ActionAnswer, FormActions, type FormActionsProps } from "./form-actions.tsx";
export { type FieldErrors, freshValue } from "./form-rules.ts";
export { type FormObject, isObject, isStored, type StoredSecret } from "./form-value.ts";
export { SettingsForm, type SettingsFormProps } from "./settings-form.tsx";
export { differencesOf, type FieldDifference } from "./taken-values.ts";
export { type SettingsFormState, useSettingsForm } from "./use-settings-form.ts";
