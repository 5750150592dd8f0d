import type { NetworkCommand } from '../scenario.ts';

/** Commands as they are typed, 'ip route add …' or 'nft add rule …', for Scenario.network; blanks part the words. */
export function networkCommands(lines: readonly string[]): readonly NetworkCommand[] {
  return lines.map((line) => {
    const [tool, ...args] = line.split(' ');
    if (tool !== 'ip' && tool !== 'nft') throw new Error(`not a command for ip or nft: ${line}`);
    return { tool, args };
  });
}
