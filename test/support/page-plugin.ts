// A plugin from outside with everything that it may bring to the console: settings, buttons, a page from data, a tab of
// studies, and pages with scripts, good and broken.

const PLUGIN = `// web-worklist: shows a list of rooms.
import { fileURLToPath } from "node:url";
import { defineWeb, Settings, Type } from "@thalamus/sdk";

const name = Type.String({ title: "Name", description: "What people call it.", default: "Room" });
const room = Type.Object({ name }, { additionalProperties: false, title: "Room" });
const rooms = Type.Array(room, { title: "Rooms", description: "Where scanners are.", default: [{ name: "One" }] });
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const needs = "studies.read";
const GERMAN = { Rooms: "Räume", Room: "Raum", "All rooms are there.": "Alle Räume sind da.", "Live: ": "Jetzt: " };

export default defineWeb({
  name: "web-worklist",
  title: "Worklist",
  summary: "Shows a list of rooms.",
  settings: Settings({ rooms }),
  needs: {},
  actions: [
    { id: "ring", label: "Ring", at: "rooms[]", run: async ({ settings }, _signal, item = "") => {
      const { name } = settings.rooms[Number(item.split(".")[1])];
      return { ok: true, message: \`It rings in \${name}.\`, values: { rooms: [{ name: \`\${name} (rung)\` }] } };
    } },
  ],
  pages: [
    { id: "rooms", title: "Rooms", needs, texts: { de: GERMAN }, content: async ({ settings }) => ({ blocks: [
      { kind: "notice", tone: "good", text: "All rooms are there." },
      { kind: "facts", title: "In numbers", facts: [{ label: "Rooms", value: String(settings.rooms.length) }] },
      { kind: "table", title: "List", columns: ["Room"], rows: settings.rooms.map(({ name }) => [name]) },
    ] }) },
    { id: "where", title: "Where", needs, place: "study", content: async (_scope, _signal, { studyId }) => ({ blocks: [
      { kind: "text", title: "Place", text: \`Study \${studyId} was in room One.\` },
    ] }) },
    { id: "live", title: "Live rooms", needs, script: file("live.js"), content: async () => ({ blocks: [
      { kind: "text", text: "from the plugin" },
    ] }) },
    { id: "broken", title: "Broken rooms", needs, script: file("broken.js") },
    { id: "silent", title: "Silent rooms", needs, script: file("silent.js") },
    { id: "gone", title: "Gone rooms", needs, script: file("gone.js") },
    { id: "odd", title: "Odd rooms", needs, content: async () => ({ blocks: [{ kind: "html", text: "<b>" }] }) },
    { id: "keys", title: "Keys", needs: "accounts.manage", content: async () => ({ blocks: [] }) },
  ],
  start: async () => ({ path: "/worklist", handle: async ({ response }) => void response.end("here"), stop: async () => {} }),
});
`;

/** Without anything imported: an IIFE against the global. */
const LIVE = `(function () {
  var React = HubUI.React;
  HubUI.register("live", function Live(props) {
    var state = React.useState("nothing yet");
    function ask() {
      props.load().then(function (content) { state[1](content.blocks[0].text); });
    }
    return React.createElement(HubUI.parts.Box, null,
      React.createElement("p", null, HubUI.say(props.entry, "Live: ") + state[0]),
      React.createElement(HubUI.parts.Button, { onClick: ask }, "Ask"));
  });
})();
`;
const BROKEN = `HubUI.register("broken", function () { throw new Error("on purpose"); });\n`;
const SILENT = "(function () {})();\n";

export const PAGE_PLUGIN = {
  "web-worklist/plugin.ts": PLUGIN,
  "web-worklist/live.js": LIVE,
  "web-worklist/broken.js": BROKEN,
  "web-worklist/silent.js": SILENT,
};

export const PAGE_ENTRY = { path: "./web-worklist" };
