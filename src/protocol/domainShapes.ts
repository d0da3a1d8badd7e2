/** The shapes of what the messages carry. */
import type { Direction } from "../domain/cells.ts";
import type { CorpusFolder, CorpusReport, CorpusRules, LeftOutReason, UsedFile } from "../domain/corpus.ts";
import type { ModelSummary } from "../domain/model.ts";
import type { TrainingEnd } from "../domain/training.ts";
import { type FailureReport, failureSentences } from "../platform/failure.ts";
import { flag, list, nullable, number, object, oneOf, optional, text, yes } from "./shape.ts";

export const level = oneOf({ debug: true, info: true, warn: true, error: true });

export const failure = object<FailureReport>({ code: oneOf(failureSentences), detail: text });

export const folders = list(object<CorpusFolder>({ path: text, name: text }));

export const rules = object<CorpusRules>({ exclude: list(text), maxFileKiB: number, maxTotalMiB: number });

export const modelSummary = object<ModelSummary>({
	trainedAt: text,
	characters: number,
	corpusCharacters: number,
	files: number,
	cpuSeconds: number,
	validationBpc: nullable(number),
	initialBpc: nullable(number),
	mixtureBpc: nullable(number),
	initialMixtureBpc: nullable(number),
	cell: text,
	direction: optional(oneOf<Direction>({ forward: true, both: true })),
	words: optional(number),
	hidden: number,
	layers: number,
	parameters: number,
});

export const trainingEnd = oneOf<TrainingEnd>({
	budget: true,
	passes: true,
	converged: true,
	stopped: true,
	diverged: true,
});

export const leftOutReason = oneOf<LeftOutReason>({
	ignored: true,
	excluded: true,
	secret: true,
	binary: true,
	tooLarge: true,
	generated: true,
	lockFile: true,
	duplicate: true,
	unreadable: true,
	vanished: true,
	notAFile: true,
	link: true,
	encoding: true,
	malformed: true,
	empty: true,
	overTotal: true,
});

export const usedFiles = list(
	object<UsedFile>({
		path: text,
		bytes: number,
		heldOut: flag,
		tail: optional(object({ from: number, headDigest: text })),
		seenBefore: optional(yes),
		digest: text,
		masked: number,
	}),
);

export const corpusReport = object<CorpusReport>({
	used: usedFiles,
	leftOut: list(object({ path: text, reason: leftOutReason })),
});
