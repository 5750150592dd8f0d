/** What an errno name means for a file that is being written. */
export function inWords(errno: string): string {
  const words: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be larger than allowed',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'no such directory',
    ENOTDIR: 'a part of the path is no directory',
    EISDIR: 'it is a directory',
    ELOOP: 'its links lead in a circle',
    ENAMETOOLONG: 'the name is too long',
    ENXIO: 'nobody reads it',
    EROFS: 'the file system is read-only',
    EIO: 'the disk reports an error',
    EPIPE: 'the reader has gone',
  };
  const meaning = words[errno];
  return meaning === undefined ? errno : `${meaning} (${errno})`;
}
