/** An errno by its name of errno(3), such as ECONNREFUSED. */
export type Errno = `E${string}`;
