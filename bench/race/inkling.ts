/** Inkling's engine in the race. Arguments: hidden, batch, unroll, seconds, threads. */
import type { NetworkShape, Segment } from "../../src/engines/engine.ts";
import { createEngine } from "../../src/engines/registry.ts";
import { newParameters } from "../arithmetic.ts";
import { runLaps, taskOf } from "./laps.ts";
import { optionsOf, raceSegments, raceText, rate } from "./lesson.ts";

const task = taskOf(process.argv.slice(2));
const engine = await createEngine();
const shape: NetworkShape = { cell: "gru", hidden: task.hidden, layers: 1 };
const text = raceText();
const trainer = await engine.createTrainer(shape, newParameters(shape, text), {
	...optionsOf(task),
	threads: Number(task.more[0]),
});
const segments = raceSegments(text, task);
let next = 0;
await runLaps(task, engine.description, () => trainer.update(segments[next++ % segments.length] as Segment, rate));
trainer.dispose();
