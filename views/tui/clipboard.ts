/** Terminals take about this much by OSC 52. */
const MOST_BYTES = 74_000;

/** The sequence that puts text on the clipboard, over ssh too: OSC 52, wrapped for tmux and screen where they stand between. */
export function clipboardSequence(text: string, env: Readonly<Record<string, string | undefined>>): string {
  const encoded = Buffer.from(text, 'utf8').subarray(0, MOST_BYTES).toString('base64');
  const sequence = `\x1b]52;c;${encoded}\x07`;
  if (env.TMUX !== undefined && env.TMUX !== '')
    return `\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\${sequence}`;
  return env.STY === undefined || env.STY === '' ? sequence : `\x1bP${sequence}\x1b\\`;
}
