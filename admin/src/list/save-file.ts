// Saves what the hub answers as a file, where a link cannot ask for it: what is asked stands in the body.

import { ApiFault, say } from "@thalamus/sdk/ui";

/** @throws ApiFault */
export async function saveFile(path: string, body: object, name: string): Promise<void> {
  const response = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    const said = (await response.json().catch(() => ({}))) as Partial<ApiFault>;
    const {
      code = `http.${response.status}`,
      message = say("The hub answered %{status}. Try again.", { status: response.status }),
    } = said;
    throw new ApiFault(response.status, code, message);
  }
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
