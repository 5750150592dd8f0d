import { workerData } from 'node:worker_threads';
import { prepareRole } from './perform.ts';
import type { RoleSetup } from './role-setup.ts';

/** A thread of a role's process, with the socket that it was started for. */
const { setup, thread } = workerData as { setup: RoleSetup; thread: number };
const play = await prepareRole(setup, thread);
await play();
