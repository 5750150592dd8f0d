import type { UiLine } from './style.ts';

/** What a pane holds, before the window on it is cut; `targets` has the row that Enter on a line goes to. */
export interface PaneContent {
  readonly title: string;
  readonly lines: readonly UiLine[];
  readonly targets: readonly (number | null)[];
  /** The line that is brought into sight while the pane does not have the keys. */
  readonly focusLine?: number;
  /** Lines that stand still at the right, from column `left` on, while the others scroll. */
  readonly beside?: { readonly left: number; readonly lines: readonly UiLine[] };
}

export class ContentBuilder {
  readonly lines: UiLine[] = [];
  readonly targets: (number | null)[] = [];

  add(line: UiLine, target: number | null = null): void {
    this.lines.push(line);
    this.targets.push(target);
  }

  done(title: string): PaneContent {
    return { title, lines: this.lines, targets: this.targets };
  }
}
