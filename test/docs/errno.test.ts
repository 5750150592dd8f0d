import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROGRAMS } from '../../src/scenarios/support/errno-programs.ts';
import { ERRNO_TABLE } from '../../src/scenarios/support/errno-table.ts';
import { PROJECT } from '../support/tools.ts';
import { errnoDocument } from './errno-document.ts';

// Those that the practicals name, and that Linux can be made to give.
const LISTED = `EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EALREADY EBADF ECONNABORTED ECONNREFUSED ECONNRESET EDESTADDRREQ
EHOSTDOWN EHOSTUNREACH EINPROGRESS EISCONN EMSGSIZE ENETDOWN ENETUNREACH ENOBUFS ENOPROTOOPT ENOTCONN ENOTSOCK EPIPE ETIMEDOUT
EAGAIN EINTR`;

test('docs/errno.md is the table of the exercise', () => {
  expect(readFileSync(join(PROJECT, 'docs', 'errno.md'), 'utf8')).toContain(errnoDocument());
});

test('each errno of the list has its program', () => {
  const listed = LISTED.split(/\s+/).sort();
  expect(Object.keys(ERRNO_TABLE)).toEqual(listed);
  expect(Object.keys(PROGRAMS).sort()).toEqual(listed);
});
