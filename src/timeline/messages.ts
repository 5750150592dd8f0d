import type { Reason } from './types.ts';

/** Puts a reason into words. */
export function reasonText(reason: Reason): string {
  const params = Object.entries(reason.params).map(([name, value]) => `${name} ${value}`);
  return [reason.kind, ...params].join(', ');
}
