/** The end marker of an answer: EOT, "end of transmission" of ASCII. */
export const EOT = 4;
const LONGEST = 4096;

/** Makes lines out of a stream: a recv may bring a part of one, or several. */
export class Lines {
  private rest = '';

  /** The lines that `data` completes, without their ends; a carriage return before the line feed is telnet's. */
  take(data: Buffer): readonly string[] {
    const lines = `${this.rest}${data.toString('latin1')}`.split('\n');
    this.rest = (lines.pop() ?? '').slice(0, LONGEST);
    return lines.map((line) => line.replace(/\r$/, ''));
  }
}
