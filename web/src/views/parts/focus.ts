/** What a component lets its parent do with it. */
export interface Focusable {
  readonly focus: () => void;
}
