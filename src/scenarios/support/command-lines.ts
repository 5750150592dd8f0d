/** The end marker of an answer: EOT, "end of transmission" of ASCII. */
export const EOT = 4;
const LONGEST = 4096;

/** Makes lines out of a stream: a recv may bring a part of one, or several. */
export class Lines {
  private rest = '';

  /**
   * The lines that `data` completes, without their ends: LF, and what telnet(1) makes of the Enter key, which is CR LF, or CR NUL
   * where it sends each key at once (RFC 854, "The NVT printer and keyboard").
   */
  take(data: Buffer): readonly string[] {
    const lines = `${this.rest}${data.toString('latin1')}`.split(/\r?\n|\r\0/);
    this.rest = (lines.pop() ?? '').slice(0, LONGEST);
    return lines;
  }
}
