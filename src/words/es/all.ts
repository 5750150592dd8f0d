/** Spanish, all of it: what src/words/words.ts asks of a language. */
export { calls } from './calls.ts';
export { commands } from './commands.ts';
export { details } from './details.ts';
export { errnos } from './errnos.ts';
export { findings } from './findings.ts';
export { issues, report, severity, told } from './issues.ts';
export { ladder } from './ladder.ts';
export { lessons } from './lessons.ts';
export { packets } from './packets.ts';
export { panes } from './panes.ts';
export { parameters } from './parameters.ts';
export { quiz } from './quiz.ts';
export { readings } from './readings.ts';
export { reports } from './reports.ts';
export { runs } from './runs.ts';
export { screen } from './screen.ts';
export { status } from './status.ts';
export { texts } from './texts.ts';
