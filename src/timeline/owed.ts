import type { TcpScene } from './tcp-scene.ts';
import type { Answer, Side } from './tcp-side.ts';

/**
 * What arrived calls for an answer. Linux answers at once or not at all: it leaves out the answer to a probe that comes
 * within 0.5 s of the last (tcp_invalid_ratelimit), and that to a SYN while the accept queue is full. So only the newest
 * of them waits; on a slow link each SYN may have its answer under way. What brings bytes or a FIN is not limited so.
 */
export function owe({ shaped }: TcpScene, side: Side, row: number, why: Answer['why']): void {
  if (why === 'probe' || (why === 'syn' && !shaped)) dropAnswers(side, why);
  side.answers.push({ row, why });
}

/** Forgets the arrivals of one kind. */
export function dropAnswers(side: Side, why: Answer['why']): void {
  if (side.answers.length === 0) return;
  const kept = side.answers.filter((answer) => answer.why !== why);
  side.answers.length = 0;
  side.answers.push(...kept);
}
