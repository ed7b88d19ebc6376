// How the public client libraries of generation 1 differ: padding, slashes, and which numbers they write as texts.

/** Numbers of one archive of an upload. */
export interface ArchiveNumbers {
  readonly zipIndex: number;
  readonly partNumber: number;
}

export interface Dialect {
  readonly name: "Python" | "JavaScript" | "Java";
  /** What comes behind the JSON before it is encrypted. */
  pad(plain: Buffer): Buffer;
  readonly keyPath: string;
  /** @param index of the archive, from 0 on */
  numbers(index: number): ArchiveNumbers;
  /** Statuses that its library takes for each call; any of 2xx when left out. */
  readonly statuses?: Readonly<Record<string, number>>;
  /** How a number is written in the fields of a call. */
  write(field: "zipIndex" | "partNumber" | "PartNumber" | "finalPart", value: number): string | number;
}

const missing = ({ length }: Buffer): number => 16 - (length % 16);

export const PYTHON: Dialect = {
  name: "Python",
  // PKCS#7 (RFC 5652 6.3)
  pad: (plain) => Buffer.concat([plain, Buffer.alloc(missing(plain), missing(plain))]),
  keyPath: "/api/getPubKey",
  numbers: (index) => ({ zipIndex: index, partNumber: index + 1 }),
  write: (field, value) => (field === "zipIndex" || field === "partNumber" ? String(value) : value),
};

export const JAVASCRIPT: Dialect = {
  name: "JavaScript",
  pad: (plain) => Buffer.concat([plain, Buffer.alloc(missing(plain))]),
  keyPath: "/api/getPubKey/",
  numbers: (index) => ({ zipIndex: index + 1, partNumber: 1 }),
  write: (field, value) => (field === "zipIndex" ? String(value) : value),
};

export const JAVA: Dialect = {
  name: "Java",
  pad: (plain) => plain,
  keyPath: "/api/getPubKey/",
  numbers: (index) => ({ zipIndex: index, partNumber: index + 1 }),
  statuses: {
    ...{ getPubKey: 200, connect: 200, newJob: 201, runJob: 202, checkStatus: 200, getResults: 200 },
    ...{ qcCheck: 200, getReport: 200, put: 200 },
    ...{ multipartUploadRequest: 200, multipartPresignedUrl: 200, completeMultipartUpload: 200 },
  },
  write: (_field, value) => String(value),
};

export const DIALECTS: readonly Dialect[] = [PYTHON, JAVASCRIPT, JAVA];
