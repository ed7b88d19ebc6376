// Compiles the texts that sites word themselves: Handlebars' language, with strict names and values that stay inside.
import type { Templates } from "@thalamus/sdk";
import { parseTemplate } from "./parsed-template.ts";
import { Rendering } from "./rendering.ts";

/**
 * Handlebars reads the template; its tree is then followed here instead of being made into code, so that a template
 * reaches nothing but the context's own values, an unknown name is a problem with its place, and loops have an end.
 */
export function createTemplates(): Templates {
  return {
    compile: (source, form) => {
      const program = parseTemplate(source);
      return (context) => new Rendering(form, context).text(program);
    },
  };
}
