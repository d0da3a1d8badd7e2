/** The shapes of the messages between the extension host and the trainer. */
import type { Cell } from "../domain/cells.ts";
import type { TrainingEngine, TrainingJob, TrainingPhase, TrainingProgress } from "../domain/training.ts";
import { trainingCurve } from "./curves.ts";
import { corpusReport, failure, folders, level, modelSummary, rules, trainingEnd } from "./domainShapes.ts";
import { count, flag, Messages, nullable, number, object, oneOf, text } from "./shape.ts";
import type { TrainerMessage, TrainerRequest } from "./trainer.ts";

const job = object<TrainingJob>({
	folders,
	rules,
	storage: text,
	minutes: number,
	threads: count,
	resume: flag,
	engine: oneOf<TrainingEngine>({ inkling: true, tensorflow: true }),
	tensorflow: nullable(text),
	cell: nullable(oneOf<Cell>({ gru: true, lstm: true, rnn_tanh: true, rnn_relu: true })),
	hidden: count,
	base: nullable(text),
});

export const trainerRequests = new Messages<TrainerRequest>({
	train: { job },
	list: { folders, rules },
	pause: {},
	resume: {},
	stop: {},
});

const phase = oneOf<TrainingPhase>({
	starting: true,
	collecting: true,
	training: true,
	validating: true,
	saving: true,
	pausing: true,
	paused: true,
	stopping: true,
});

const progress = object<TrainingProgress>({
	phase,
	characters: count,
	charactersPerSecond: number,
	trainBpc: nullable(number),
	validationBpc: nullable(number),
	measuredBpc: nullable(number),
	initialBpc: nullable(number),
	elapsedSeconds: number,
	leftSeconds: number,
	fraction: number,
});

export const trainerMessages = new Messages<TrainerMessage>({
	progress: { progress },
	checkpoint: { file: text, model: modelSummary },
	finished: {
		end: trainingEnd,
		model: nullable(modelSummary),
		hasImproved: flag,
	},
	failed: { failure },
	corpus: { report: corpusReport },
	curve: { curve: trainingCurve },
	log: { level, message: text },
});
