import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Parameters } from '../parameters.ts';
import type { NetworkCommand } from '../scenario.ts';

/** Commands as they are typed, 'ip route add …' or 'nft add rule …', for Scenario.network; blanks part the words. */
export function networkCommands(lines: readonly string[]): readonly NetworkCommand[] {
  return lines.map((line) => {
    const [tool, ...args] = line.split(' ');
    if (tool !== 'ip' && tool !== 'nft') throw new Error(`not a command for ip or nft: ${line}`);
    return { tool, args };
  });
}

/** Packets to addresses that nobody has would leave the machine. */
const FOREIGN = 'it sends to addresses that are not of this machine';
/** A server at any address would answer whoever reaches this machine. */
export const ANY_ADDRESS = 'its sockets are bound to any address, and would answer other machines';

/** Throws a UserError (exit 2) with --net host, and says why. */
export function requirePrivate(parameters: Parameters, id: string, why = FOREIGN): void {
  if (parameters.text('net') === 'private') return;
  throw new UserError(`${id} needs --net private: ${why}`, {
    hint: 'leave --net host out',
    exitCode: EXIT.usage,
  });
}
