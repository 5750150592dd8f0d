/** The title of a view, parted around the letter that is its key. */
type Tab = readonly [before: string, key: string, after: string];

/** A title for each view of the full screen. */
export type Tabs = Readonly<
  Record<
    | 'home'
    | 'ladder'
    | 'packets'
    | 'streams'
    | 'conversations'
    | 'findings'
    | 'buffers'
    | 'sequence'
    | 'sockets'
    | 'compare',
    Tab
  >
>;

/** Shorter titles, for those that need them on a narrow screen. */
export type ShortTabs = Partial<Tabs>;
