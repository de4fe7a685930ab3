/** How numbers, plurals and lists are said in a language. */
export interface Grammar {
  /** "1,204" */
  readonly number: (value: number) => string;
  /** "1 message", "2 messages" */
  readonly counted: (count: number, one: string, other: string) => string;
  /** "Asha, Bela and Chidi" */
  readonly list: (names: readonly string[]) => string;
  /** "1.2 MB" */
  readonly bytes: (count: number) => string;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function grammarOf(locale: string): Grammar {
  const numbers = new Intl.NumberFormat(locale);
  const plurals = new Intl.PluralRules(locale);
  const lists = new Intl.ListFormat(locale);
  const number = (value: number): string => numbers.format(value);
  return {
    number,
    counted: (count, one, other) => `${number(count)} ${plurals.select(count) === "one" ? one : other}`,
    list: (names) => lists.format(names),
    bytes: (count) => {
      const power = Math.min(Math.floor(Math.log(Math.max(count, 1)) / Math.log(1000)), UNITS.length - 1);
      const style = { style: "unit", unit: UNITS[power] ?? "byte", maximumSignificantDigits: 3 } as const;
      return new Intl.NumberFormat(locale, style).format(count / 1000 ** power);
    },
  };
}
