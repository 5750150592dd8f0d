// Copies a session to a file on a disk that is too small for it, as a run would write it, and prints what finish() says.
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { openSession } from '../../src/session/read.ts';
import { SessionFile } from '../../src/session/write.ts';

const [from = '', to = ''] = process.argv.slice(2);
const session = await openSession(from);
const file = SessionFile.create(to, { force: false, owner: null });
if (session.run !== null) file.append(session.run, session.capture, session.calls);
process.stderr.write(`${file.finish(session, () => 'a reason')}\n`);
if (readdirSync(dirname(to)).length !== 1) process.stderr.write('something was left beside the file\n');
