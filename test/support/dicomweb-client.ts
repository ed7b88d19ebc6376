// The npm package dicomweb-client as viewers use it, with a browser's XMLHttpRequest by xhr2.
import { createRequire } from "node:module";
import { SECRET } from "./dicomweb-site.ts";

type Metadata = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>;

interface MediaType {
  readonly mediaType: string;
  readonly transferSyntaxUID?: string;
}

interface InstanceOptions {
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly sopInstanceUID: string;
  readonly mediaTypes?: readonly MediaType[];
}

interface PictureQuery {
  readonly queryParams?: Readonly<Record<string, string | number>>;
}

/** What the tests use of it; its own types are those of a browser. */
export interface WebClient {
  storeInstances(options: { datasets: ArrayBuffer[]; studyInstanceUID?: string }): Promise<unknown>;
  searchForStudies(options: { queryParams?: object }): Promise<Metadata[]>;
  searchForSeries(options: { studyInstanceUID?: string; queryParams?: object }): Promise<Metadata[]>;
  searchForInstances(options: {
    studyInstanceUID?: string;
    seriesInstanceUID?: string;
    queryParams?: object;
  }): Promise<Metadata[]>;
  retrieveStudy(options: { studyInstanceUID: string }): Promise<ArrayBuffer[]>;
  retrieveSeries(options: { studyInstanceUID: string; seriesInstanceUID: string }): Promise<ArrayBuffer[]>;
  retrieveInstance(options: InstanceOptions): Promise<ArrayBuffer>;
  retrieveStudyMetadata(options: { studyInstanceUID: string }): Promise<Metadata[]>;
  retrieveInstanceMetadata(options: InstanceOptions): Promise<Metadata[]>;
  retrieveInstanceFrames(
    options: InstanceOptions & { readonly frameNumbers: readonly number[] },
  ): Promise<ArrayBuffer[]>;
  /** One picture, in a list. */
  retrieveInstanceRendered(options: InstanceOptions & PictureQuery): Promise<ArrayBuffer[]>;
  retrieveInstanceFramesRendered(
    options: InstanceOptions & PictureQuery & { readonly frameNumbers: readonly number[] },
  ): Promise<ArrayBuffer[]>;
  retrieveBulkData(options: {
    BulkDataURI: string;
    mediaTypes?: readonly MediaType[];
  }): Promise<ArrayBuffer[]>;
}

const require = createRequire(import.meta.url);

export function webClient(url: string): WebClient {
  const { XMLHttpRequest } = require("xhr2") as { XMLHttpRequest: unknown };
  Object.assign(globalThis, { XMLHttpRequest });
  const { api } = require("dicomweb-client") as {
    api: { DICOMwebClient: new (options: object) => WebClient };
  };
  return new api.DICOMwebClient({ url, verbose: false, headers: { Authorization: `Bearer ${SECRET}` } });
}
