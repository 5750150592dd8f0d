import { UserError } from '../../capture/user-error.ts';
import { words } from '../../src/words/words.ts';
import type { News } from './messages.ts';
import { type PacketColumn, storeColumns } from './packet-columns.ts';
import { storeFilter } from './saved-filters.ts';

/** Saves (null: deletes) a filter among the user's settings, and tells what came of it. */
export function storedFilter(name: string, text: string | null): readonly News[] {
  return told(() => {
    const stored = storeFilter(name, text);
    if (!stored.ok) return [{ kind: 'status', text: stored.problem, isError: true }];
    const what = text === null ? words().status.deleted(name) : words().status.savedFilter(name, stored.path);
    return [
      { kind: 'filters', filters: stored.filters },
      { kind: 'status', text: what, isError: false },
    ];
  });
}

function told(store: () => readonly News[]): readonly News[] {
  try {
    return store();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ kind: 'status', text: `${error.message}: ${error.hint}`, isError: true }];
  }
}

/** Keeps the columns of the packets view among the user's settings, and tells what came of it. */
export function storedColumns(columns: readonly PacketColumn[] | null): readonly News[] {
  return told(() => {
    const path = storeColumns(columns);
    return [{ kind: 'status', text: words().status.columnsKept(path), isError: false }];
  });
}
