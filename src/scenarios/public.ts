import type { Check } from './check.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { badEnds } from './support/roles.ts';

export * from '../sockets/constants.ts';
export { poll } from '../sockets/poll.ts';
export { socket } from '../sockets/socket.ts';
export type { Address, CallResult, Socket } from '../sockets/types.ts';
export type { Check, Proof, Verdict } from './check.ts';
export { decide, fails, holds, holdsWith, untold } from './check.ts';
export * from './checks/stream.ts';
export type { CallSeen, ConnectionSeen, Evidence, PacketQuery, PacketSeen } from './evidence.ts';
export { ownParameter } from './parameter-table.ts';
export type { Parameters } from './parameters.ts';
export type { Question } from './quiz.ts';
export { choice, question, yesOrNo } from './quiz.ts';
export type { Outcome, RoleContext, RolePlan, Scenario, Variant } from './scenario.ts';
export { domain, serverAddress } from './support/address.ts';
export { clientsToServe } from './support/clients.ts';
export { giveUp, must, opened } from './support/must.ts';
export { payloadOf } from './support/payload.ts';
export { plays, playsBoth } from './support/plays.ts';
export { badEnds, plans, reportsOf, total } from './support/roles.ts';
export { sleep } from './support/sleep.ts';
/**
 * What a scenario in a file of a user's own may import: `import { … } from 'sockscope/scenario'`. The one entry of this
 * package; everything else may change at any time.
 */
export { accepted, connected, eachConnection, listening } from './support/stream.ts';
export { receive, transmit } from './support/transmit.ts';
export { readable } from './support/wait.ts';

type Needed = Pick<Scenario, 'id' | 'title' | 'roles'>;

/** A scenario of which only id, title and roles have to be given. */
export function defineScenario(given: Needed & Partial<Scenario>): Scenario {
  return {
    teaches: '',
    lookFor: (): readonly Check[] => [],
    variants: [],
    protocol: 'tcp',
    parameters: ['port', 'family', 'backlog', 'role'],
    defaults: {},
    judge: (_, outcome: Outcome) => badEnds(outcome),
    ...given,
  };
}
