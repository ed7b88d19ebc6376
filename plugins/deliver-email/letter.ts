// Words a mail from the site's templates and chooses what is attached.
import { extname } from "node:path";
import {
  type DeliverStep,
  deliveryContext,
  documentContext,
  type MailAttachment,
  type OutgoingDocument,
  Permanent,
  type ResultArtifact,
  type ResultView,
  type Template,
  type TemplateForm,
  TemplateProblem,
  type Templates,
} from "@thalamus/sdk";
import type { EmailSettings } from "./settings.ts";

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments: readonly MailAttachment[];
}

/** @throws Permanent `deliver-email.template`, `deliver-email.no-report` */
export type WriteLetter = (step: DeliverStep) => Letter;

type TemplateName = "subject" | "text" | "html" | "fileName" | "documentSubject" | "documentText";
const FORMS: Readonly<Record<TemplateName, TemplateForm>> = {
  subject: "header",
  text: "text",
  html: "html",
  fileName: "header",
  documentSubject: "header",
  documentText: "text",
};

/** A template of the settings, ready to be filled in. @throws Permanent `deliver-email.template` */
function compiled(templates: Templates, settings: EmailSettings, name: TemplateName): Template {
  const write = told(name, () => templates.compile(settings[name], FORMS[name]));
  return (context) => told(name, () => write(context));
}

/** @throws Permanent `deliver-email.template` when a template cannot be read */
export function letterWriter(templates: Templates, settings: EmailSettings): WriteLetter {
  const compile = (name: TemplateName) => compiled(templates, settings, name);
  const subject = compile("subject");
  const text = compile("text");
  const html = settings.html.trim() === "" ? undefined : compile("html");
  const fileName = compile("fileName");
  return (step) => {
    const artifacts = chosen(step.result, settings.attach);
    // base64 is for bodies that carry the file; a mail has it attached
    const contextOf = (artifact: ResultArtifact | undefined) =>
      deliveryContext(step, artifact && { artifact, base64: "" });
    const context = contextOf(artifacts[0]);
    const names = new Set<string>();
    const attachments = artifacts.map((artifact) => {
      const { mediaType, path, bytes, sha256 } = artifact;
      const name = free(names, fileName(contextOf(artifact)).trim() || "report", endingOf(path));
      return { name, mediaType, path, bytes, sha256 };
    });
    return {
      subject: subject(context),
      text: text(context),
      ...(html ? { html: html(context) } : {}),
      attachments,
    };
  };
}

/** @throws Permanent `deliver-email.template` when a template cannot be read */
export function documentWriter(
  templates: Templates,
  settings: EmailSettings,
): (document: OutgoingDocument) => Letter {
  const subject = compiled(templates, settings, "documentSubject");
  const text = compiled(templates, settings, "documentText");
  return (document) => {
    const { fileName: name, mediaType, path, bytes, sha256 } = document;
    const context = documentContext(document);
    const attachments = [{ name, mediaType, path, bytes, sha256 }];
    return { subject: subject(context), text: text(context), attachments };
  };
}

/** In the order of the settings; a failure report that could not be drawn goes as text. */
function chosen({ artifacts, kind }: ResultView, wanted: readonly string[]): ResultArtifact[] {
  if (wanted.length === 0) return [];
  const named = (names: readonly string[]) =>
    [...new Set(names)].flatMap((name) => artifacts.find((one) => one.name === name) ?? []);
  const found = named(wanted);
  if (found.length === 0 && kind === "failure") found.push(...named(["summary"]));
  if (found.length > 0) return found;
  throw new Permanent("deliver-email.no-report", `The result has none of the formats ${wanted.join(", ")}.`);
}

const endingOf = (path: string): string => (path.endsWith(".nii.gz") ? ".nii.gz" : extname(path));

/** Two files of one name would be one in many mail readers. */
function free(taken: Set<string>, name: string, ending: string): string {
  for (let count = 1; ; count += 1) {
    const wanted = count === 1 ? `${name}${ending}` : `${name}-${count}${ending}`;
    if (taken.has(wanted)) continue;
    taken.add(wanted);
    return wanted;
  }
}

/** The message of a problem shows no value. */
function told<T>(name: TemplateName, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw new Permanent("deliver-email.template", `The template "${name}": ${error.message}`);
  }
}
