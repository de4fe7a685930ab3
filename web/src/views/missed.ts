import { shallowRef, type Ref } from "vue";
import {
  isNavigationFailure,
  NavigationFailureType,
  type RouteLocationNormalized,
  type Router,
} from "vue-router";

const page = shallowRef<RouteLocationNormalized | null>(null);

/** The page that was gone to and whose code did not come: the network is down, or the server has a newer one. */
export const missed: Readonly<Ref<RouteLocationNormalized | null>> = page;

export function noticeMissedPages(router: Router): void {
  router.onError((_error, to) => {
    page.value = to;
  });
  router.afterEach((_to, _from, failure) => {
    // Back to the page that one never left is no move, and yet ends it.
    if (!failure || isNavigationFailure(failure, NavigationFailureType.duplicated)) page.value = null;
  });
}
