// Finds words in the text of a PDF, which comes in pieces that may end within a word.

/** The pieces of one page, in the order of reading. */
export type PageText = readonly { readonly str: string; readonly hasEOL: boolean }[];

export interface TextPlace {
  /** Number of the piece within its page, from 0. */
  readonly piece: number;
  readonly offset: number;
}

export interface Hit {
  /** From 1. */
  readonly page: number;
  readonly from: TextPlace;
  /** Behind the last character. */
  readonly to: TextPlace;
}

/** Places of the words in the pages, whatever their case and however many blanks or line ends lie between. */
export function findHits(pages: readonly PageText[], wanted: string): Hit[] {
  const words = wanted.split(/\s+/u).filter((word) => word !== "");
  if (words.length === 0) return [];
  const pattern = new RegExp(words.map(literally).join("\\s+"), "giu");
  return pages.flatMap((pieces, index) => hitsOnPage(pieces, pattern, index + 1));
}

const literally = (word: string): string => word.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");

function hitsOnPage(pieces: PageText, pattern: RegExp, page: number): Hit[] {
  const starts: number[] = [];
  let text = "";
  for (const { str, hasEOL } of pieces) {
    starts.push(text.length);
    text += hasEOL ? `${str}\n` : str;
  }
  const placeOf = (index: number): TextPlace => {
    const piece = starts.findLastIndex((start) => start <= index);
    return { piece, offset: index - starts[piece]! };
  };
  return [...text.matchAll(pattern)].map(({ index, 0: { length } }) => {
    const last = placeOf(index + length - 1);
    return { page, from: placeOf(index), to: { piece: last.piece, offset: last.offset + 1 } };
  });
}
