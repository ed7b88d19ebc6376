// A document that belongs to no study, for example the report of a group, on its way to a destination.

/** A file of the hub that is delivered by itself. */
export interface OutgoingDocument {
  /** UUID; the idempotency key of everything that is done outside, the same for a repeat. */
  readonly id: string;
  /** In words: `Prediction Indexes of Trial 7`. */
  readonly title: string;
  /** As the other side shall call it; one line, no path. */
  readonly fileName: string;
  /** `text/csv` */
  readonly mediaType: string;
  /** Absolute path; read only. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly createdAt: Date;
  /** What it is about. */
  readonly group: { readonly id: string; readonly name: string };
  /** Lines of the table in it, without its head. */
  readonly rows: number;
  /** Records that bytes are about to leave the house; called before the first one does. */
  acting(): Promise<void>;
}

/** @see documentContext */
export type DocumentContext = ReturnType<typeof documentContext>;

/**
 * What a template for documents can name. There is no patient and no study in it.
 * @param base64 the document's content, where the template wants it
 */
export function documentContext(document: Omit<OutgoingDocument, "acting" | "path">, base64 = "") {
  const { id, title, fileName, mediaType, bytes, sha256, createdAt, group, rows } = document;
  return {
    delivery: { id },
    group: { id: group.id, name: group.name },
    document: { title, fileName, mediaType, bytes, sha256, base64, rows, createdAt: createdAt.toISOString() },
  };
}

/** A document that never was, for trying templates. */
export const sampleDocument = (): DocumentContext =>
  documentContext(
    {
      id: "00000000-0000-4000-8000-000000000000",
      title: "Prediction Indexes of Sample",
      fileName: "Sample Prediction Indexes 2024-04-12.csv",
      mediaType: "text/csv",
      ...{ bytes: 5, rows: 1, sha256: "0".repeat(64), createdAt: new Date("2024-04-12T12:30:00Z") },
      group: { id: "00000000-0000-4000-8000-000000000001", name: "Sample" },
    },
    "SGVsbG8=",
  );
