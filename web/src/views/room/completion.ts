import { computed, nextTick, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { Refused, Unreachable, type Profile } from "@/state/shapes";
import { findTrigger, findWholeEmoji, type Trigger } from "@/text/completion";
import { findEmoji, loadEmoji, type Emoji } from "@/text/emoji";
import { words } from "@/text/messages";
import { useAnnouncer } from "@/views/desk/announcer";
import { useOptions, type Options } from "@/views/parts/combobox";

/** What can be put where one is typing. */
export type Suggestion =
  | { readonly kind: "person"; readonly person: Profile; readonly insert: string }
  | { readonly kind: "emoji"; readonly emoji: Emoji; readonly insert: string };

const MOST = 8;

export interface Completion {
  readonly suggestions: Readonly<ShallowRef<readonly Suggestion[]>>;
  readonly typed: Readonly<Ref<string>>;
  readonly options: Options;
  /** The text or the caret changed. */
  readonly look: () => void;
  readonly choose: (index: number) => void;
  /** Begins an emoji at the caret. */
  readonly askEmoji: () => void;
  readonly close: () => void;
  /** Whether the key was one of the list's. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** Completes names and emoji in a text box. The focus stays in the box; the arrows choose. */
export function useCompletion(
  box: Readonly<Ref<HTMLTextAreaElement | null>>,
  text: Ref<string>,
  findMembers: (name: string) => Promise<readonly Profile[]>,
  idOf: (index: number) => string,
): Completion {
  const announcer = useAnnouncer();
  const suggestions = shallowRef<readonly Suggestion[]>([]);
  const trigger = shallowRef<Trigger | null>(null);
  /** What was given up is not offered again until the sign is another one. */
  let refusedAt: number | null = null;
  let isEmojiAsked = false;
  const options = useOptions(() => suggestions.value.length, idOf, choose);

  watch(suggestions, (found, before) => {
    options.activate(found.length ? 0 : null);
    if (found.length && !before.length) announcer.say(words.composer.suggestions(found.length));
  });

  function look(): void {
    const caret = box.value?.selectionStart ?? text.value.length;
    const found = findTrigger(text.value, caret, isEmojiAsked);
    if (!found) {
      refusedAt = null;
      isEmojiAsked = false;
      void replaceWhole(caret);
    }
    trigger.value = found && found.start !== refusedAt ? found : null;
    if (trigger.value) void find(trigger.value);
    else suggestions.value = [];
  }

  async function find(wanted: Trigger): Promise<void> {
    try {
      const found = await (wanted.sign === "@" ? findPeople(wanted.typed) : findSigns(wanted.typed));
      if (trigger.value === wanted) suggestions.value = found;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable || error instanceof TypeError))
        throw error;
      if (trigger.value === wanted) suggestions.value = [];
    }
  }

  async function findPeople(name: string): Promise<Suggestion[]> {
    const people = await findMembers(name);
    return people.map((person) => ({ kind: "person", person, insert: `@${person.name} ` }));
  }

  async function findSigns(typed: string): Promise<Suggestion[]> {
    const found = findEmoji(await loadEmoji(), typed, MOST);
    return found.map((emoji) => ({ kind: "emoji", emoji, insert: emoji.sign }));
  }

  /** ":tada:" becomes its emoji as its second colon is typed. */
  async function replaceWhole(caret: number): Promise<void> {
    const whole = findWholeEmoji(text.value, caret);
    if (!whole) return;
    const before = text.value;
    const emoji = (await loadEmoji()).get(whole.name);
    if (emoji && text.value === before) put(emoji.sign, whole.start, caret);
  }

  function choose(index: number): void {
    const suggestion = suggestions.value[index];
    if (!suggestion || !trigger.value) return;
    put(suggestion.insert, trigger.value.start, trigger.value.end);
    close();
  }

  function put(insert: string, start: number, end: number): void {
    text.value = text.value.slice(0, start) + insert + text.value.slice(end);
    void setCaret(start + insert.length);
  }

  async function setCaret(at: number): Promise<void> {
    await nextTick();
    box.value?.focus();
    box.value?.setSelectionRange(at, at);
  }

  async function begin(): Promise<void> {
    const caret = box.value?.selectionStart ?? text.value.length;
    const isApart = caret === 0 || /\s/u.test(text.value.charAt(caret - 1));
    put(isApart ? ":" : " :", caret, caret);
    await nextTick();
    await nextTick();
    isEmojiAsked = true;
    look();
  }

  function close(): void {
    refusedAt = trigger.value?.start ?? null;
    trigger.value = null;
    isEmojiAsked = false;
    suggestions.value = [];
  }

  function onKey(event: KeyboardEvent): boolean {
    if (!suggestions.value.length || event.isComposing || event.shiftKey) return false;
    if (options.onKey(event)) return true;
    if (event.key === "Tab" && options.active.value !== null) choose(options.active.value);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return {
    suggestions: suggestions,
    typed: computed(() => trigger.value?.typed ?? ""),
    options,
    look,
    choose,
    askEmoji: () => void begin(),
    close,
    onKey,
  };
}
