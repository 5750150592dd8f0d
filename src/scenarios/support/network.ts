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

/** Throws a UserError (exit 2) with --net host: packets to addresses that nobody has would leave the machine. */
export function requirePrivate(parameters: Parameters, id: string): void {
  if (parameters.text('net') === 'private') return;
  throw new UserError(`${id} needs --net private: it sends to addresses that are not of this machine`, {
    hint: 'leave --net host out',
    exitCode: EXIT.usage,
  });
}
