// What a page shows that a plugin contributes to the console, as data: the console draws it.

export type PageBlock =
  | {
      readonly kind: "notice";
      readonly tone: "info" | "good" | "warning" | "bad";
      readonly text: string;
    }
  | { readonly kind: "text"; readonly title?: string; readonly text: string }
  | {
      readonly kind: "facts";
      readonly title?: string;
      readonly facts: readonly { readonly label: string; readonly value: string }[];
    }
  | {
      readonly kind: "table";
      readonly title: string;
      readonly columns: readonly string[];
      /** Each as many cells as there are columns; at most 1000 rows. */
      readonly rows: readonly (readonly string[])[];
    };

/** Holds no value of a patient: what identifies one is shown by the console alone, when somebody reveals it. */
export interface PageContent {
  readonly blocks: readonly PageBlock[];
}

/** What a page is about. */
export interface PageSubject {
  /** Of a tab of a study. */
  readonly studyId?: string;
}
