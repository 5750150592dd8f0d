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
