import { EXIT, UserError } from '../../capture/user-error.ts';
import type { Parameters } from '../scenarios/parameters.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { invokingUser } from './privileges.ts';
import type { LabPlan } from './protocol.ts';
