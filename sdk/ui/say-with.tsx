// A text with parts in it that are more than words: times that tick, names in bold, links.
import { Fragment, type ReactNode } from "react";
import { formOf, numberText } from "./language.ts";

/**
 * A text in the language of the screens, its parts where that language wants them.
 * @param text English, `%{name}` where a part stands
 * @param values numbers are written as the language writes them; `count` chooses the form
 */
export function sayWith(text: string, values: Readonly<Record<string, ReactNode>>): ReactNode {
  return formOf(text, values["count"])
    .split(/(%\{\w+\})/)
    .map((part, place) => {
      const name = part.match(/^%\{(\w+)\}$/)?.[1];
      const value = name === undefined ? part : name in values ? values[name] : part;
      return <Fragment key={place}>{typeof value === "number" ? numberText(value) : value}</Fragment>;
    });
}
