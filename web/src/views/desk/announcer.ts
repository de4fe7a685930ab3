import { nextTick, readonly, ref, type InjectionKey, type Ref } from "vue";
import { injected } from "@/views/reactive";

/** The one polite live region: what is said here is read to people who do not see it happen. */
export interface Announcer {
  readonly said: Readonly<Ref<string>>;
  say(sentence: string): void;
}

export const announcerKey: InjectionKey<Announcer> = Symbol("announcer");

export function useAnnouncer(): Announcer {
  return injected(announcerKey);
}

const ZERO_WIDTH = "\u200b";

export function createAnnouncer(): Announcer {
  const said = ref("");
  /** What is said in one turn is said together: the region would keep the last of it alone. */
  let sentences: string[] = [];

  async function speak(): Promise<void> {
    await nextTick();
    const speech = sentences.join("\n");
    sentences = [];
    // The same words twice are a change only if something unheard differs.
    said.value = said.value === speech ? speech + ZERO_WIDTH : speech;
  }

  return {
    said: readonly(said),
    say(sentence) {
      sentences.push(sentence);
      if (sentences.length === 1) void speak();
    },
  };
}
