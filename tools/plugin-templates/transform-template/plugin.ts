// transform-template: makes copies of images that hold their technical attributes and nothing else.
import { createHash, type KeyObject, sign } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CheckLine,
  defineTransform,
  type ElementPreview,
  eachStep,
  held,
  type NewDeidentifiedStudy,
  Phi,
  type PreviewSource,
  Settings,
  type SigningKey,
  SiteKeysToken,
  type TransformStep,
  Type,
  transformed,
} from "@thalamus/sdk";
import { ATTRIBUTES, formatTag, Tag, vrOfTag } from "@thalamus/sdk/dicom";
import { type CopyNames, copyImage, isKept, namesOf, readImage } from "./copy-image.ts";

export const TemplateSettings = Settings({
  width: Type.Integer({
    title: "Studies at once",
    description: "How many studies are worked on at the same time.",
    minimum: 1,
    default: 1,
  }),
});

const PURPOSE = "transform-template.names";
const BURNED_IN = "burned-in";

export default defineTransform({
  name: "transform-template",
  title: "Template",
  summary: "Makes copies of images that hold their technical attributes only.",
  settings: TemplateSettings,
  needs: { keys: SiteKeysToken },
  transform: (steps$, { settings, keys }) =>
    steps$.pipe(
      eachStep(
        async (step, signal) => {
          const lines = [await burnedInLine(step)];
          if (lines.some(({ verdict }) => verdict === "fail")) return held(lines);
          return transformed({ ...(await copyOf(step, keys.hmacKey(PURPOSE), keys.signing, signal)), lines });
        },
        { width: settings.width },
      ),
    ),
  preview: async ({ study, instance }, { keys }) => {
    const { patientId, issuerOfPatientId, studyInstanceUid } = study.identity.reveal();
    const names = namesOf(keys.hmacKey(PURPOSE), `${patientId} ${issuerOfPatientId}`, studyInstanceUid);
    return previewOf(instance, names);
  },
});

/** Pixels may show the name; only a person can tell. */
async function burnedInLine({ study, released }: TransformStep): Promise<CheckLine> {
  const line = { id: BURNED_IN, title: "Annotation in the pixels", wanted: "none" };
  let count = 0;
  for (const { path } of await study.instances()) {
    const burnedIn = await readImage(path, ({ dataset }) => dataset.ascii(Tag.BurnedInAnnotation));
    if (burnedIn === "YES") count += 1;
  }
  const found = `${count} images that say they have some`;
  if (count === 0) return { ...line, found, verdict: "pass" };
  if (released.includes(BURNED_IN)) return { ...line, found, verdict: "bypassed" };
  return {
    ...line,
    found,
    verdict: "fail",
    howToFix: "Look at the images, and release them if they show nobody.",
  };
}

async function copyOf(
  { study, workspace, progress, previousManifest }: TransformStep,
  key: KeyObject,
  signing: SigningKey,
  signal: AbortSignal,
): Promise<Omit<NewDeidentifiedStudy, "lines">> {
  const { patientId, issuerOfPatientId, studyInstanceUid } = study.identity.reveal();
  const names = namesOf(key, `${patientId} ${issuerOfPatientId}`, studyInstanceUid);
  const folder = join(await workspace(), "copy");
  await mkdir(folder);
  const instances = await study.instances();
  const files: NewDeidentifiedStudy["files"][number][] = [];
  for (const instance of instances) {
    signal.throwIfAborted();
    files.push(await copyImage(instance, names, join(folder, `${files.length}.dcm`)));
    progress(files.length / instances.length, "copied");
  }
  const made = files.map(({ sha256 }, index) => ({ source: instances[index]!.sha256, copy: sha256 }));
  const content = JSON.stringify({ previous: (await previousManifest()) ?? null, files: made });
  const signature = sign(null, Buffer.from(content), signing.privateKey).toString("base64");
  const text = JSON.stringify({ content, signature, publicKey: signing.publicKeyPem });
  const path = join(await workspace(), "manifest.json");
  await writeFile(path, text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const { patientPseudonym } = names;
  return {
    ...{ studyInstanceUid: names.studyInstanceUid, patientPseudonym, files },
    manifest: { path, bytes: Buffer.byteLength(text), sha256 },
    changes: { "not on the list": files.length },
  };
}

/** UIDs and the patient's ID get other values; all else stays or goes. */
function previewOf({ path }: PreviewSource["instance"], names: CopyNames): Promise<ElementPreview[]> {
  const renamed: Readonly<Record<number, (value: string) => string>> = {
    [Tag.SOPInstanceUID]: names.uidOf,
    [Tag.SeriesInstanceUID]: names.uidOf,
    [Tag.StudyInstanceUID]: names.uidOf,
    [Tag.PatientID]: () => names.patientPseudonym,
    [Tag.PatientName]: () => names.patientPseudonym,
  };
  return readImage(path, ({ dataset }) =>
    dataset.elements().map(({ tag, vr, sequence }): ElementPreview => {
      const before = sequence ? undefined : (dataset.text(tag) ?? "");
      const rename = renamed[tag];
      const after = rename && before !== undefined ? rename(before) : isKept(tag) ? before : undefined;
      return {
        ...{ path: formatTag(tag), keyword: keywordOf(tag), vr: vr || (vrOfTag(tag) ?? "UN") },
        action: rename ? "map" : isKept(tag) ? "keep" : "remove",
        rule: rename || isKept(tag) ? "list" : "not on the list",
        changed: before !== after,
        before: before === undefined ? undefined : new Phi(before),
        after: after === undefined ? undefined : new Phi(after),
      };
    }),
  );
}

const keywordOf = (tag: number): string =>
  Object.entries(ATTRIBUTES).find(([, [known]]) => known === tag)?.[0] ?? "";
