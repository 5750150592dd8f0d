import type { UserError } from '../../capture/user-error.ts';

/** What a terminal might obey or hide, but for line ends: names of files come from strangers too, by way of *. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{DI}]/gu;

/** Says something on standard error, whatever names of files or words of other programs are in it. */
export function complain(text: string): void {
  process.stderr.write(`sockscope: ${visible(text)}\n`);
}

/** Says what is wrong, and what to do next. */
export function complainOf({ message, hint }: UserError): void {
  complain(`${message}\n  ${hint}`);
}

/** The text with \x1b and \u{202e} for what would not be seen; lines stay. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
