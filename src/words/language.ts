/** The languages that sockscope speaks, by their ISO 639-1 codes. */
export const LANGUAGES = ['en', 'es', 'ca'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language that the locale asks for: LC_ALL, LC_MESSAGES or LANG, the first that is set; English for any that we do not speak. */
export function languageOfLocale(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return LANGUAGES.find((each) => new RegExp(`^${each}([_.@-]|$)`, 'i').test(locale)) ?? 'en';
}

let current: Language = 'en';

/** The language in which reasons, findings, checks and lessons are told. */
export function language(): Language {
  return current;
}

/** Chosen once, where the program begins; what is shown afterwards is in this language, old sessions too. */
export function setLanguage(chosen: Language): void {
  current = chosen;
}

/** A number as the language writes it, from JavaScript's: with a decimal comma in Spanish and Catalan. */
export function decimal(text: string): string {
  return current === 'en' ? text : text.replace('.', ',');
}
