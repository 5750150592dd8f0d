import { type Language, language } from './language.ts';

/** A text in every language that sockscope speaks; a user's own scenario may give a plain string. */
export type Text = string | Readonly<Record<Language, string>>;

/** The text in the language of the reader. */
export function say(text: Text): string {
  return typeof text === 'string' ? text : text[language()];
}

/** The text in English: what programs print and messages to whoever wrote the exercise are. */
export function inEnglish(text: Text): string {
  return typeof text === 'string' ? text : text.en;
}
