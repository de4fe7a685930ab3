import { english, words, type Words } from "./messages";

/** Languages that there is a catalogue of; `en-XA` marks every sentence, to find text that is outside of it. */
export type Language = "en" | "de" | "en-XA";

/** As they call themselves. */
export const LANGUAGES: readonly { readonly language: Language; readonly name: string }[] = [
  { language: "en", name: "English" },
  { language: "de", name: "Deutsch" },
];

// Who reads English loads no other.
const CATALOGUES: Readonly<Record<Language, () => Promise<Words>>> = {
  en: () => Promise.resolve(english),
  de: async () => (await import("./german")).german,
  "en-XA": async () => (await import("./pseudo")).pseudo,
};

let wanted: Language = "en";

/** From now on everything is said in this language; `system`: in the first of the browser's that there is. */
export async function speak(preferred: Language | "system"): Promise<void> {
  const language = preferred === "system" ? ofBrowser() : preferred;
  wanted = language;
  const catalogue = await CATALOGUES[language]();
  // Another one was chosen meanwhile.
  if (wanted !== language) return;
  Object.assign(words, catalogue);
  document.documentElement.lang = language;
}

function ofBrowser(): Language {
  const known = navigator.languages.map((tag) => tag.split("-", 1)[0]);
  return (
    LANGUAGES.find(({ language }) => language === known.find((tag) => tag === "en" || tag === "de"))
      ?.language ?? "en"
  );
}
