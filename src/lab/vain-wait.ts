import { WAITS_FOR_CLIENTS } from '../scenarios/until-stopped.ts';
import type { Call } from '../sockets/call.ts';

type Waiting = Pick<Call, 'role' | 'name' | 'enterNs'>;

/** Notices that servers wait for clients of which none is left. */
export class VainWait {
  private readonly patienceMs: number;
  private calls = '';
  private sinceMs = 0;

  /** A datagram that is still under way has `patienceMs` to come. */
  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** Whether each of `servers` has blocked in the same call for so long; `pending` are the calls that have not returned at `nowMs`. */
  lasts(servers: readonly string[], pending: readonly Waiting[], nowMs: number): boolean {
    const waits = servers.map((server) =>
      pending.find(({ role, name }) => role === server && WAITS_FOR_CLIENTS.has(name)),
    );
    const calls = waits.map((call) => (call === undefined ? '' : `${call.role} ${call.enterNs}`));
    const isNew = calls.join() !== this.calls;
    if (isNew || calls.includes('')) {
      this.calls = calls.join();
      this.sinceMs = nowMs;
      return false;
    }
    return nowMs - this.sinceMs >= this.patienceMs;
  }
}
