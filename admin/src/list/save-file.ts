// Saves what the hub answers as a file, where a link cannot ask for it: what is asked stands in the body.

/** @throws Error with words for people */
export async function saveFile(path: string, body: object, name: string): Promise<void> {
  const response = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The hub answered ${response.status}. Try again.`);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
