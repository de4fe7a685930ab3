/** A column of a list. `sort`: what the server calls sorting by it; `fixed`: always to be seen. */
export interface Column {
  readonly key: string;
  readonly heading: string;
  readonly sort?: string;
  readonly numeric?: boolean;
  readonly fixed?: boolean;
}

/** Which rows these are of how many. */
export interface Range {
  readonly from: number;
  readonly total: number;
  /** There are more than were counted. */
  readonly beyond: boolean;
}

/** Of a page that is counted from 1. */
export function rangeOf(
  asked: { readonly page: number; readonly size: number } | null,
  page: { readonly total: number } | null,
): Range | null {
  return asked && page && { from: (asked.page - 1) * asked.size + 1, total: page.total, beyond: false };
}

export function hasLater(
  asked: { readonly page: number; readonly size: number } | null,
  page: { readonly total: number } | null,
): boolean {
  return asked !== null && page !== null && asked.page * asked.size < page.total;
}
