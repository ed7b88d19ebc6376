// Collects the error codes that the sources use: dotted ones, and the upper-case ones of products.
import type { Sources } from "./repository.ts";

/** First words of codes that are not the name of a plugin. */
const OWN_PREFIXES = ["access", "api", "config", "desk", "dicom", "intake", "mail", "mllp", "upload"];
const DOTTED = "([a-z][a-z0-9-]*(?:\\.[a-z][a-z0-9-]*)+)";
/** Behind `code:` or `code =`, or given to the constructor of an error. */
const AS_CODE = new RegExp(`(?:\\bcode(?::| =)|new [A-Z]\\w*\\(\\s*(?:\\d+,)?)\\s*["\`]${DOTTED}["\`]`, "g");
const LITERAL = new RegExp(`["'\`]${DOTTED}["'\`]`, "g");
/** Events of the log and of the journal, and purposes of keys, look alike, but are no codes. */
const EVENT_BEFORE = /(?:\blog\.(?:debug|info|warn|error)\(|\bevent(?::| ===)|\bhmacKey\()\s*$/;
/** `${plugin}.refused` in a part of the SDK that is called with the plugin's name. */
const SUFFIX = /\$\{plugin\}\.([a-z][a-z0-9-]*)`/g;
const PRODUCT_CODE =
  /(?:\bcode: |^\s*\| |new Unsuitable\(\s*|refuse\(\s*)"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)"/gm;

/** The codes, each with the files that use it. */
export type UsedCodes = ReadonlyMap<string, readonly string[]>;

/** @param sources without tests */
export function usedCodes(sources: Sources): UsedCodes {
  const plugins = new Set([...sources.keys()].flatMap((file) => /^plugins\/([^/]+)\//.exec(file)?.[1] ?? []));
  const prefixes = new Set([...OWN_PREFIXES, ...plugins]);
  const used = new Map<string, string[]>();
  const add = (code: string, file: string) => used.set(code, [...(used.get(code) ?? []), file]);
  const shared = sharedSuffixes(sources);
  for (const [file, text] of sources) {
    const code = withoutComments(text);
    for (const [, found = ""] of code.matchAll(AS_CODE)) add(found, file);
    for (const match of code.matchAll(LITERAL)) {
      const [, found = ""] = match;
      const event = EVENT_BEFORE.test(code.slice(0, match.index));
      if (!event && prefixes.has(found.split(".")[0] ?? "")) add(found, file);
    }
    for (const { name, suffixes } of shared) {
      const call = new RegExp(`\\b${name}\\(\\s*"([a-z0-9-]+)"`, "g");
      for (const [, plugin = ""] of code.matchAll(call)) {
        if (plugins.has(plugin)) for (const suffix of suffixes) add(`${plugin}.${suffix}`, file);
      }
    }
    if (/^plugins\/[^/]+\/products\//.test(file)) {
      for (const [, found = ""] of code.matchAll(PRODUCT_CODE)) add(found, file);
    }
  }
  return used;
}

/** Functions of the SDK that put a plugin's name in front of codes of their own. */
function sharedSuffixes(sources: Sources): { name: string; suffixes: string[] }[] {
  return [...sources]
    .filter(([file]) => file.startsWith("sdk/"))
    .flatMap(([, text]) => {
      const suffixes = [...text.matchAll(SUFFIX)].map(([, suffix = ""]) => suffix);
      const names = [...text.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name = ""]) => name);
      return suffixes.length > 0 ? names.map((name) => ({ name, suffixes })) : [];
    });
}

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
