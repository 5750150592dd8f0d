import { createInterface, type Interface } from 'node:readline';

/**
 * Lines from standard input, a terminal's or a pipe's, opened when the first one is wanted: a run that asks nothing leaves
 * it to whoever comes next. Lines that come before they are asked for are kept.
 */
export class TypedLines {
  private readonly waiting: ((line: string | null) => void)[] = [];
  private readonly early: string[] = [];
  private lines: Interface | null = null;
  private isOver = false;

  /** Hands the next line to `take`, in the order of asking; null once the input has ended. */
  next(take: (line: string | null) => void): void {
    const line = this.early.shift() ?? (this.isOver ? null : undefined);
    if (line !== undefined) {
      take(line);
      return;
    }
    this.waiting.push(take);
    this.open();
  }

  /** Leaves standard input alone. Who still waits is not answered any more. */
  close(): void {
    this.isOver = true;
    this.waiting.length = 0;
    this.lines?.close();
  }

  private open(): void {
    if (this.lines !== null) return;
    this.lines = createInterface({ input: process.stdin });
    this.lines.on('line', (line) => {
      const take = this.waiting.shift();
      if (take === undefined) this.early.push(line);
      else take(line);
    });
    this.lines.on('close', () => {
      this.isOver = true;
      for (const take of this.waiting.splice(0)) take(null);
    });
  }
}
