// One field of a settings form: the widget that its schema asks for.
import { memo } from "react";
import type { FormSchema } from "../../form-schema.ts";
import { ChipsSetting } from "./chips-field.tsx";
import { ChoiceSetting, SwitchSetting } from "./choice-fields.tsx";
import { CronSetting } from "./cron-field.tsx";
import type { FieldProps } from "./field-props.ts";
import { JsonSetting } from "./json-field.tsx";
import { ListSetting } from "./list-field.tsx";
import { ObjectSetting } from "./object-fields.tsx";
import { SecretSetting } from "./secret-field.tsx";
import { TemplateSetting } from "./template-field.tsx";
import { TextSetting } from "./text-field.tsx";

type Widget = (props: FieldProps) => React.ReactNode;

/** Drawn again only when something of its own has changed. */
export const Field: (props: FieldProps) => React.ReactNode = memo(
  function Field(props: FieldProps) {
    const Chosen = widgetOf(props.schema);
    return <Chosen {...props} />;
  },
  (before, after) =>
    before.value === after.value &&
    before.errors === after.errors &&
    before.attempts === after.attempts &&
    before.schema === after.schema &&
    before.label === after.label &&
    before.required === after.required &&
    before.path.join(".") === after.path.join("."),
);

const BY_HINT: Readonly<Record<string, Widget>> = {
  secret: SecretSetting,
  template: TemplateSetting,
  cron: CronSetting,
  json: JsonSetting,
};

function widgetOf(schema: FormSchema): Widget {
  const hinted = BY_HINT[schema["x-ui"]?.widget ?? ""];
  if (hinted) return hinted;
  switch (schema.type) {
    case "object":
      return schema.properties ? ObjectSetting : JsonSetting;
    case "array":
      return schema.items?.type === "object"
        ? ListSetting
        : isList(schema.items)
          ? ChipsSetting
          : JsonSetting;
    case "boolean":
      return SwitchSetting;
    case "string":
    case "integer":
    case "number":
      return schema.enum ? ChoiceSetting : TextSetting;
    default:
      return JsonSetting;
  }
}

const isList = (items: FormSchema | undefined): boolean =>
  items?.type === "string" || items?.type === "integer" || items?.type === "number";
