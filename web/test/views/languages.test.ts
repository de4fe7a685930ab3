import { beforeEach, describe, expect, it, vi } from "vitest";
import { fullTime } from "@/text/dates";
import { german } from "@/text/german";
import { speak } from "@/text/language";
import { english, words, type Words } from "@/text/messages";
import { mark, pseudo } from "@/text/pseudo";
import { sentenceFor } from "@/views/parts/task";
import openapi from "../../../docs/openapi.json";

const NOON = new Date(2026, 10, 20, 12, 0).getTime();

/** The sentences that list names, and which of their arguments these are. */
const NAMES_AT = new Map([
  ["lines.added", 1],
  ["notices.summaryRooms", 0],
  ["room.typing", 0],
  ["room.seenByNames", 0],
]);

/** Every leaf of a catalogue by its path: functions as what they say of these. */
function sayAll(said: unknown, path = ""): [string, string][] {
  if (typeof said === "string") return [[path, said]];
  if (typeof said === "function") {
    const given = Array.from({ length: 3 }, (_, index) => argumentFor(path, index));
    return sayAll(Reflect.apply(said, null, given), path);
  }
  return Object.entries(said as object).flatMap(([name, value]) =>
    sayAll(value, path ? `${path}.${name}` : name),
  );
}

function argumentFor(path: string, index: number): unknown {
  return NAMES_AT.get(path) === index ? ["Dana", "Emre"] : 2;
}

// A browser's own document is not there.
beforeEach(() => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
});

/** Said to programs alone: no person meets them. */
const OF_PROGRAMS = ["connection-gone", "method-not-allowed"];

describe("a language", () => {
  it("has its own sentence for every problem that the server can answer with", () => {
    const named = JSON.stringify(openapi).matchAll(/- `([a-z-]+)`: /g);
    const codes = new Set([...named].map(([, code = ""]) => code));
    expect(codes.size).toBeGreaterThan(15);
    const without = [...codes].filter((code) => !(code in german.problems.byCode));
    expect(without.filter((code) => !OF_PROGRAMS.includes(code))).toEqual([]);
  });

  it("takes the place of another, dates and problems included", async () => {
    expect(fullTime(NOON)).toContain("Friday");
    await speak("de");
    expect(words.signIn.heading).toBe("Anmelden");
    expect(document.documentElement.lang).toBe("de");
    expect(fullTime(NOON)).toContain("Freitag");
    expect(sentenceFor({ code: "last-owner", detail: "Somebody else must own this first." })).toContain(
      "Inhaber",
    );
    expect(sentenceFor({ code: "invalid", detail: "This is not an email address." })).toBe(
      "Das ist keine E-Mail-Adresse.",
    );
    expect(sentenceFor({ code: "invalid", detail: "Something else." })).toBe(
      german.problems.byCode["invalid"],
    );
    await speak("en");
    expect(words.signIn.heading).toBe("Sign in");
    expect(fullTime(NOON)).toContain("Friday");
  });

  it("is the first of the browser's that there is, unless another was chosen", async () => {
    vi.stubGlobal("navigator", { languages: ["fr-FR", "de-AT", "en"] });
    await speak("system");
    expect(words.locale).toBe("de-DE");
    await speak("en");
  });

  it("chosen last wins, however long an earlier one takes to load", async () => {
    await Promise.all([speak("de"), speak("en")]);
    expect(words.locale).toBe("en-GB");
  });

  it("says numbers, plurals, lists and sizes in its own way", () => {
    expect([german.room.members(1), german.room.members(1204)]).toEqual(["1 Mitglied", "1.204 Mitglieder"]);
    expect(german.lines.added(null, ["Dana", "Emre"])).toBe("Sie haben Dana und Emre hinzugefügt");
    expect(english.lines.added("Asha", ["Dana", null])).toBe("Asha added Dana and you");
    expect(english.administration.bytes(1_234_567)).toBe("1.23 MB");
    expect(german.administration.bytes(1_234_567)).toBe("1,23 MB");
  });

  it("names six people and counts the others", () => {
    const many = Array.from({ length: 8 }, (_, index) => `P${index}`);
    expect(english.lines.added("Asha", many)).toBe("Asha added P0, P1, P2, P3, P4 and 3 others");
  });
});

describe("the catalogue", () => {
  it("says the same things in every language", () => {
    const paths = (catalogue: Words): string[] =>
      sayAll(catalogue)
        .map(([path]) => path)
        .filter((path) => !path.startsWith("problems.by"))
        .sort();
    expect(paths(german)).toEqual(paths(english));
    expect(paths(pseudo)).toEqual(paths(english));
  });

  it("leaves nothing empty and nothing in English", () => {
    const same = new Set(sayAll(english).map(([path, text]) => `${path}: ${text}`));
    const alike = sayAll(german).filter(
      ([path, text]) => same.has(`${path}: ${text}`) && /[a-z]{4}/u.test(text),
    );
    // Words that both languages have.
    const known =
      /Deskchat|Chat|^Emoji$|^([Oo]nline|[Oo]ffline|Status)$|Links?$|Name$|Version|System|Organisation|Enter|in 2|2: 2|^2,|^SQLite/u;
    expect(alike.filter(([, text]) => !known.test(text))).toEqual([]);
    expect(sayAll(german).filter(([, text]) => !text.trim())).toEqual([]);
  });

  it("is whole in marked letters", () => {
    expect(mark("Sign in")).toBe("Šîĝñ îñ");
    expect(sayAll(pseudo).filter(([path, text]) => path !== "locale" && /[A-Za-z]/u.test(text))).toEqual([]);
  });
});
