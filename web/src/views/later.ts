import { readonly, ref, shallowReadonly, shallowRef, type Component, type Ref, type ShallowRef } from "vue";
import { fetchPages } from "@/router";
import { useChat } from "./reactive";

/** A part of the desk that a first screen does without: it comes when it is wanted, or in a quiet moment before. */
export interface Later<Part extends Component> {
  /** Null until it has come. */
  readonly part: Readonly<ShallowRef<Part | null>>;
  /** It did not come: the network is down, or the server has a newer one. */
  readonly isMissed: Readonly<Ref<boolean>>;
  readonly fetch: () => Promise<void>;
}

export const roomView = later(() => import("@/views/room/RoomView.vue"));

/** Brings everything, so that it opens at once, and without a network: first what is likely to be wanted first. */
export async function fetchAll(): Promise<void> {
  await roomView.fetch();
  await fetchPages();
}

function later<Part extends Component>(load: () => Promise<{ default: Part }>): Later<Part> {
  const part: ShallowRef<Part | null> = shallowRef(null);
  const isMissed = ref(false);

  async function fetch(): Promise<void> {
    isMissed.value = false;
    try {
      part.value = (await load()).default;
    } catch {
      isMissed.value = true;
    }
  }

  return { part: shallowReadonly(part), isMissed: readonly(isMissed), fetch };
}

/** The part where it is wanted now; `again`: what to do where it was missed. */
export function useLater<Part extends Component>(wanted: Later<Part>): Later<Part> & { again: () => void } {
  const { connection } = useChat();
  if (!wanted.part.value) void wanted.fetch();

  async function again(): Promise<void> {
    await wanted.fetch();
    // A server that is there and does not have it has a newer one, of which only a newer page knows the name.
    if (wanted.isMissed.value && connection.value.state === "live") location.reload();
  }

  return { ...wanted, again: () => void again() };
}
