import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { NetworkCommand } from '../../scenarios/scenario.ts';
import { runTool } from './command.ts';

/**
 * Does to the private network that this process is in what the scenario wants: routes, devices, firewall rules. Returns the
 * commands for the run's facts. Throws a UserError (exit 3) that names the command which the kernel refused.
 */
export function prepareNetwork(commands: readonly NetworkCommand[]): { readonly prepared?: string } {
  if (commands.length === 0) return {};
  const lines = commands.map(({ tool, args }) => `${tool} ${args.join(' ')}`);
  for (const [index, { tool, args }] of commands.entries()) {
    const line = lines[index] ?? tool;
    const { ok, stderr } = runTool(tool, args, '', 'the exercise');
    if (ok) continue;
    throw new UserError(`cannot prepare the network: \`${line}\` failed: ${stderr.split('\n')[0] ?? ''}`, {
      hint: 'the kernel misses what this exercise needs: see `sockscope doctor`',
      exitCode: EXIT.cannotCapture,
    });
  }
  return { prepared: lines.join('; ') };
}
