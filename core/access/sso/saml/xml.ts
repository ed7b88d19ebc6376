// The XML parser that the SAML library uses too, so that both see the same tree. Its types would make all names of a
// browser known to the server, so the few that are needed stand here.
import { createRequire } from "node:module";

export interface XmlNode {
  readonly nodeType: number;
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly parentNode: XmlNode | null;
  readonly childNodes: ArrayLike<XmlNode>;
  readonly textContent: string | null;
}

export interface XmlElement extends XmlNode {
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  getElementsByTagName(name: string): ArrayLike<XmlElement>;
  getElementsByTagNameNS(namespace: string, name: string): ArrayLike<XmlElement>;
}

interface XmlDocument extends XmlNode {
  readonly documentElement: XmlElement | null;
}

interface Parser {
  parseFromString(xml: string, mediaType: string): XmlDocument | undefined;
}

const { DOMParser } = createRequire(import.meta.url)("@xmldom/xmldom") as {
  DOMParser: new (options: { errorHandler: Record<string, () => void> }) => Parser;
};

const ELEMENT = 1;

/** @returns the one root, or undefined for anything that is not well-formed */
export function parseXml(xml: string): XmlElement | undefined {
  let isBroken = false;
  const broken = () => {
    isBroken = true;
  };
  try {
    const errorHandler = { warning: broken, error: broken, fatalError: broken };
    const document = new DOMParser({ errorHandler }).parseFromString(xml, "text/xml");
    const roots = Array.from(document?.childNodes ?? []).filter(({ nodeType }) => nodeType === ELEMENT);
    return isBroken || roots.length !== 1 ? undefined : (document?.documentElement ?? undefined);
  } catch {
    return undefined;
  }
}

export const children = (element: XmlElement): XmlElement[] =>
  Array.from(element.childNodes).filter(({ nodeType }) => nodeType === ELEMENT) as XmlElement[];

/** Below the element, itself not among them. */
export const all = (element: XmlElement): XmlElement[] => Array.from(element.getElementsByTagName("*"));

export const is = (element: XmlElement, namespace: string, name: string): boolean =>
  element.namespaceURI === namespace && element.localName === name;
