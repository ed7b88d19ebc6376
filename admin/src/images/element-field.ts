// Elements of images among the covered values of a study: how they are named, and how they are read.
import { callApi, type ReadPhi } from "@thalamus/sdk/ui";

const BETWEEN = "/";

/** What the vault calls an element of an image. */
export const elementField = (image: string, path: string): string => `${image}${BETWEEN}${path}`;

/** Fields of the study, or elements of one of its images; they are never asked for together. */
export const readPhi: ReadPhi = async (studyId, fields, reason) => {
  const [image, path] = fields[0]?.split(BETWEEN) ?? [];
  const study = `/api/studies/${studyId}`;
  if (image === undefined || path === undefined)
    return callApi(`${study}/reveal`, { method: "POST", body: { fields, reason } });
  const elements = fields.map((field) => field.slice(image.length + BETWEEN.length));
  const address = `${study}/instances/${image}/reveal`;
  const values = await callApi<Record<string, string>>(address, {
    method: "POST",
    body: { elements, reason },
  });
  return Object.fromEntries(Object.entries(values).map(([one, value]) => [elementField(image, one), value]));
};
