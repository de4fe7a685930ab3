import { onScopeDispose, ref, watch, type Ref, type ShallowRef } from "vue";
import type { Search, SearchResults, SearchSection } from "@/state/shapes";
import { useChat, useValue } from "@/views/reactive";

export interface BoundSearch {
  /** What is in the box. */
  readonly text: Ref<string>;
  readonly results: Readonly<ShallowRef<SearchResults>>;
  readonly loadMore: () => void;
}

/** A search that follows what is typed, for as long as the component lives. */
export function useSearch(...sections: SearchSection[]): BoundSearch {
  return bindSearch(useChat().search(...sections));
}

/** The same of a search that somebody else has made. */
export function bindSearch(search: Search): BoundSearch {
  onScopeDispose(() => {
    search.close();
  });
  const text = ref("");
  watch(
    text,
    (typed) => {
      search.type(typed);
    },
    { immediate: true, flush: "sync" },
  );
  return {
    text,
    results: useValue(search.results),
    loadMore: () => {
      search.loadMore();
    },
  };
}
