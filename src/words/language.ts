/** The languages that sockscope speaks, by their ISO 639-1 codes. */
export const LANGUAGES = ['en', 'es', 'ca'] as const;
export type Language = (typeof LANGUAGES)[number];

let current: Language = 'en';

/** The language in which reasons, findings, checks and lessons are told. */
export function language(): Language {
  return current;
}

/** Chosen once, where the program begins; what is shown afterwards is in this language, old sessions too. */
export function setLanguage(chosen: Language): void {
  current = chosen;
}
