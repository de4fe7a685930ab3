import type { Preferences } from "@/state/shapes";
import { speak } from "@/text/language";

/** This device's copy of the preferences, for the time before the server tells them: public/appearance.js reads it too. */
const KEPT = "deskchat.appearance";
const moreContrast = matchMedia("(prefers-contrast: more)");

let contrast: Preferences["contrast"] = "system";

/** The screen looks, and speaks, as somebody prefers. */
export async function follow(preferences: Preferences): Promise<void> {
  const { dataset } = document.documentElement;
  dataset["theme"] = preferences.theme;
  dataset["density"] = preferences.density;
  contrast = preferences.contrast;
  showContrast();
  keep(preferences);
  await speak(preferences.language);
}

/** As it was here the last time: whoever signed in then. */
export async function begin(): Promise<void> {
  const { contrast: kept = "system", language = "system" } = read();
  contrast = kept;
  moreContrast.addEventListener("change", showContrast);
  await speak(language);
}

function showContrast(): void {
  const isMore = contrast === "more" || moreContrast.matches;
  document.documentElement.dataset["contrast"] = isMore ? "more" : "normal";
}

function keep(preferences: Preferences): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(preferences));
  } catch {
    // The browser keeps nothing for this page: the next time it looks right a moment later.
  }
}

function read(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Preferences>;
  } catch {
    return {};
  }
}
