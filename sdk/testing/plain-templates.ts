// Templates for tests of plugins: names in braces and nothing else, escaped as the hub's own templates do it.
import { escapeHl7 } from "../hl7/index.ts";
import { type Template, type TemplateForm, TemplateProblem, type Templates } from "../services/templates.ts";

/** The hub's service knows all of Handlebars' language; what a plugin makes of a name can be seen without that. */
export const plainTemplates = (): Templates => ({
  compile: (source, form) => {
    const opened = source.split("{{").length;
    if (opened !== source.split("}}").length) throw new TemplateProblem("a brace is not closed");
    return fill(source, form);
  },
});

const fill =
  (source: string, form: TemplateForm): Template =>
  (context) =>
    source.replaceAll(/\{\{\{?\s*([\w.]+)\s*\}?\}\}/g, (whole, path: string) => {
      const text = String(lookUp(context, path.split(".")) ?? "");
      const keepsComponents = whole.startsWith("{{{");
      return keepsComponents ? text.split("^").map(escaping(form)).join("^") : escaping(form)(text);
    });

function lookUp(context: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => {
    if (value === null) return null;
    if (typeof value === "object" && Object.hasOwn(value, name)) return Reflect.get(value, name);
    throw new TemplateProblem(`there is no "${path.join(".")}"`);
  }, context);
}

const escaping = (form: TemplateForm) => (text: string) => {
  if (form === "hl7") return escapeHl7(text);
  return form === "json" ? JSON.stringify(text).slice(1, -1) : text;
};
