/** Cells that stand together, a cache line of 64-bit numbers; and of so many conversations, a page of memory. */
const GROUP_BITS = 3;
const GROUP = 1 << GROUP_BITS;
const CONVERSATION_BITS = 6;
const CONVERSATIONS = 1 << CONVERSATION_BITS;
const PAGE = GROUP * CONVERSATIONS;

/**
 * Numbers the cells of a conversation, which stand in one array with those of all others: groups of eight, and those of
 * one group of 64 conversations in a row. Most conversations leave most groups at 0, and a page of memory that nobody
 * writes to takes none.
 */
export class CellLayout {
  private cells = 0;

  /** The place of the next cell, to be added to that of its conversation. */
  one(): number {
    return placeOf(this.cells++);
  }

  /** The next two, of one group: the place of the first. */
  two(): number {
    this.cells += this.cells & 1;
    const place = this.one();
    this.cells++;
    return place;
  }

  /** Begins a group: what is written together takes less memory together. */
  group(): this {
    this.cells = groupsOf(this.cells) * GROUP;
    return this;
  }

  /** Places that 64 conversations take. */
  get block(): number {
    return groupsOf(this.cells) * PAGE;
  }
}

function groupsOf(cells: number): number {
  return Math.ceil(cells / GROUP);
}

/** The place of a cell by its number among those of a conversation. */
export function placeOf(cell: number): number {
  return (cell >> GROUP_BITS) * PAGE + (cell & (GROUP - 1));
}

/** Place of a conversation's first cell; `block` is that of the layout. */
export function conversationAt(flow: number, block: number): number {
  return (flow >> CONVERSATION_BITS) * block + (flow & (CONVERSATIONS - 1)) * GROUP;
}

/** The conversation whose first cell has this place. */
export function conversationOf(at: number, block: number): number {
  return Math.floor(at / block) * CONVERSATIONS + (at % block) / GROUP;
}

/** So many conversations' cells, or more, with what `from` holds; pages of zeros are left out, for to copy them would make them. */
export function grownCells(from: Float64Array, conversations: number, block: number): Float64Array {
  const blocks = Math.ceil(conversations / CONVERSATIONS);
  // What is not written to takes no memory, and the fewer copies are left behind, the better.
  const to = new Float64Array(Math.max(blocks * block, from.length * 4));
  for (let at = 0; at < from.length; at += PAGE) {
    const page = from.subarray(at, at + PAGE);
    if (page.some((cell) => cell !== 0)) to.set(page, at);
  }
  return to;
}
