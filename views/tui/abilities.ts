import { existsSync } from 'node:fs';

/** What a terminal can do, as far as the screen must know. */
export interface Abilities {
  /** The description that blessed gets: a name of its own ones, or a path. */
  readonly description: string;
  readonly mouse: boolean;
  /** Whether it takes what is copied (OSC 52). */
  readonly clipboard: boolean;
  /** Whether it shows more than ASCII, if the locale has it. */
  readonly unicode: boolean;
}

/** blessed has no description of a VT100; the system's is old enough that it reads it well, and ncurses-base brings it. */
const VT100 = '/lib/terminfo/v/vt100';

/** By the name in TERM: the Linux console (console_codes(4)), terminals like the VT100 and VT220, and all that follow xterm. */
export function abilitiesOf(term: string | undefined): Abilities {
  const poor = { mouse: false, clipboard: false };
  if (term === 'linux') return { ...poor, description: 'linux', unicode: true };
  if (/^vt[1-3]\d\d/.test(term ?? '') && existsSync(VT100))
    return { ...poor, description: VT100, unicode: false };
  return { description: 'xterm-256color', mouse: true, clipboard: true, unicode: true };
}
