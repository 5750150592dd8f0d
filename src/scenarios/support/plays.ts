import type { Text } from '../../words/text.ts';
import { fails, type Proof, untold, type Verdict } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';

/** Whether this side of the exercise runs here, or is somebody else's program (--role). */
export function plays(parameters: Parameters, side: 'client' | 'server'): boolean {
  const role = parameters.all().role ?? 'both';
  return role === 'both' || role === side;
}

/** Whether both sides run here, so that nothing depends on a stranger's program. */
export function playsBoth(parameters: Parameters): boolean {
  return plays(parameters, 'client') && plays(parameters, 'server');
}

/** What the other side has to bring never came: a fault of the run only where that side is not a stranger's program. */
export function neverCame(run: Evidence, note: Text, ...proof: readonly Proof[]): Verdict {
  return playsBoth(run.parameters) ? fails(note, ...proof) : untold(note, ...proof);
}
