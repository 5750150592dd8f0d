import type { InferredCall } from '../timeline/types.ts';
import { byCount } from './parts.ts';
import { words } from './words.ts';

/** A call that only packets tell of: 'send(… 3000 bytes in all)', 'send(1 byte, MSG_OOB)', 'close or shutdown()'. */
export function inferredText({ name, bytes, isSum, isUrgent }: InferredCall): string {
  const said = words().ladder.inferred;
  if (name === 'connect' || name === 'listen') return `${name}()`;
  if (name === 'close') return `${said.closeOrShutdown}()`;
  const size = bytes === null ? '…' : `${bytes} ${byCount(bytes, 'byte', 'bytes')}`;
  const handed = isSum ? `… ${size} ${said.inAll}` : size;
  if (name === 'connect, send') return `sendto(${size}, MSG_FASTOPEN)`;
  const sent = `${name === 'sendto' ? name : 'send'}(${isUrgent ? `${handed}, MSG_OOB` : handed})`;
  return name === 'send, close' ? `${sent}, ${said.andThen} ${said.closeOrShutdown}()` : sent;
}
