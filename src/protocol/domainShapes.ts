/** The shapes of what the messages carry. */
import type { Direction } from "../domain/cells.ts";
import type { CorpusFolder, CorpusReport, CorpusRules, LeftOutReason, UsedFile } from "../domain/corpus.ts";
import type { ModelSummary } from "../domain/model.ts";
import type { TrainingEnd } from "../domain/training.ts";
import { type FailureReport, failureSentences } from "../platform/failure.ts";
import { count, flag, list, nullable, number, object, oneOf, optional, text, yes } from "./shape.ts";

export const level = oneOf({ debug: true, info: true, warn: true, error: true });

export const failure = object<FailureReport>({ code: oneOf(failureSentences), detail: text });

export const folders = list(object<CorpusFolder>({ path: text, name: text }));

export const rules = object<CorpusRules>({ exclude: list(text), maxFileKiB: number, maxTotalMiB: number });

export const modelSummary = object<ModelSummary>({
	trainedAt: text,
	characters: count,
	corpusCharacters: count,
	files: count,
	cpuSeconds: number,
	validationBpc: nullable(number),
	initialBpc: nullable(number),
	mixtureBpc: nullable(number),
	initialMixtureBpc: nullable(number),
	cell: text,
	direction: optional(oneOf<Direction>({ forward: true, both: true })),
	words: optional(count),
	hidden: count,
	layers: count,
	parameters: count,
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
		bytes: count,
		heldOut: flag,
		tail: optional(object({ from: count, headDigest: text })),
		seenBefore: optional(yes),
		digest: text,
		masked: count,
	}),
);

export const corpusReport = object<CorpusReport>({
	used: usedFiles,
	leftOut: list(object({ path: text, reason: leftOutReason })),
});
