/** The candidate that differs least from `word` by insertions, deletions, swaps and changes; null when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  // Three in ten letters may be wrong, and always two: 'tcpecho', 'upd-echo' and 'lsos' are found, unrelated words are not.
  let limit = Math.max(2, Math.floor(word.length * 0.3));
  let best: string | null = null;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance > limit || distance >= candidate.length) continue;
    best = candidate;
    limit = distance - 1;
  }
  return best;
}

/** 'did you mean --chunk?' or nothing, to be put after a message. */
export function suggestion(word: string, candidates: Iterable<string>, prefix = ''): string {
  const near = nearest(word, candidates);
  return near === null ? '' : `did you mean ${prefix}${near}? `;
}

/** Damerau–Levenshtein distance (optimal string alignment) by three rolling rows. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
