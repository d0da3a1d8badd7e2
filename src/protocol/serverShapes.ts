/** The shapes of the messages between the extension host and the completion server. */
import type { MemoryState, Workspace } from "../domain/memory.ts";
import type { Misspelling, SpellingAnswer } from "../domain/spelling.ts";
import type { CompletionTrace, Silence, Suggestion, Verdict } from "../domain/suggestions.ts";
import {
	type ExpectedText,
	type SurpriseAnswer,
	type SurpriseGrade,
	type SurprisingLine,
	type SurprisingWord,
	surpriseGrades,
} from "../domain/surprise.ts";
import type { Position, TextChange } from "../domain/text.ts";
import { failure, folders, level, modelSummary, rules } from "./domainShapes.ts";
import { filePerplexities } from "./perplexities.ts";
import type { ServerMessage, ServerRequest } from "./server.ts";
import {
	count,
	flag,
	list,
	Messages,
	nullable,
	number,
	object,
	oneOf,
	optional,
	type Shape,
	text,
	yes,
} from "./shape.ts";

const position = object<Position>({ line: number, character: number });

type DocumentFile = NonNullable<Extract<ServerRequest, { type: "open" }>["file"]>;

const change = object<TextChange>({ start: position, end: position, text });

const workspace = object<Workspace>({
	folders,
	rules,
	index: flag,
	isUntrusted: optional(yes),
	storage: nullable(text),
	memoryMiB: number,
});

export const serverRequests = new Messages<ServerRequest>({
	workspace: { workspace },
	training: { isRunning: flag },
	files: { paths: nullable(list(text)) },
	forget: { id: number },
	load: { file: nullable(text), isBase: optional(flag) },
	open: {
		document: text,
		path: text,
		file: nullable(object<DocumentFile>({ path: text, whole: flag, isElsewhere: optional(yes) })),
		version: number,
		text,
		above: optional(text),
		notebook: optional(text),
	},
	above: { document: text, text },
	change: { document: text, version: number, changes: list(change) },
	close: { document: text },
	complete: {
		id: number,
		document: text,
		version: number,
		position,
		explicit: flag,
		count: count,
		threshold: oneOf({ conservative: true, balanced: true, eager: true }),
		forced: text,
	},
	cancel: { id: number },
	score: { id: number, document: text },
	spell: { id: number, document: text, version: number, scope: oneOf({ prose: true, text: true, everything: true }) },
	surprise: { id: number, document: text, version: number, line: count },
	expect: { id: number, document: text, version: number, position },
	surpriseOff: {},
	continue: { id: number, document: text, version: number, position, lines: count, seed: number },
	usage: { id: number },
});

const verdict = oneOf<Verdict>({
	shown: true,
	repeatsLine: true,
	blank: true,
	unsure: true,
	indents: true,
	same: true,
	partOfAnother: true,
	tooMany: true,
});

const silence = oneOf<Silence>({
	noModel: true,
	unknownDocument: true,
	secret: true,
	stale: true,
	longLine: true,
	unsure: true,
	cancelled: true,
});

const trace = object<CompletionTrace>({
	context: number,
	search: number,
	display: number,
	bytes: count,
	candidates: list(object({ text, probability: number, verdict })),
});

const misspelling = object<Misspelling>({ line: count, start: count, end: count, word: text, suggestions: list(text) });

const grade: Shape<SurpriseGrade> = {
	fault: (value) => (surpriseGrades.some((one) => one === value) ? undefined : ""),
};

const surpriseAnswer = object<SurpriseAnswer>({
	from: count,
	to: count,
	level: number,
	words: list(object<SurprisingWord>({ line: count, start: count, end: count, grade, bitsPerCharacter: number })),
	lines: list(object<SurprisingLine>({ line: count, excess: number, bitsPerCharacter: number })),
	knowsFiles: flag,
});

export const serverMessages = new Messages<ServerMessage>({
	ready: { version: number, description: text },
	model: { model: nullable(modelSummary), failure: optional(failure) },
	memory: { memory: nullable(object<MemoryState>({ reading: flag, files: count, characters: count })) },
	perplexities: { files: filePerplexities },
	forgotten: { id: number },
	completions: {
		id: number,
		suggestions: list(object<Suggestion>({ text, probability: number })),
		silence: optional(silence),
		milliseconds: number,
		trace: optional(trace),
	},
	scored: { id: number, bpc: nullable(number), characters: count },
	spelled: { id: number, found: nullable(object<SpellingAnswer>({ misspellings: list(misspelling), isWhole: flag })) },
	surprised: { id: number, found: nullable(surpriseAnswer) },
	expected: { id: number, found: nullable(list(object<ExpectedText>({ text, probability: number }))) },
	continued: { id: number, text, isOver: flag },
	usage: { id: number, bytes: count },
	log: { level, message: text },
});
