/** Messages of every type with every field, for the tests of what comes from another process. */
import type { ModelSummary } from "../../../src/domain/model.ts";
import { type ServerMessage, type ServerRequest, serverProtocolVersion } from "../../../src/protocol/server.ts";
import type { TrainerMessage, TrainerRequest } from "../../../src/protocol/trainer.ts";
import type { ViewMessage, ViewRequest, ViewSection } from "../../../src/protocol/view.ts";

type Samples<Message extends { readonly type: string }> = {
	readonly [Type in Message["type"]]: Required<Extract<Message, { readonly type: Type }>>;
};

const model: ModelSummary = {
	trainedAt: "2026-01-01T00:00:00Z",
	characters: 10,
	corpusCharacters: 10,
	files: 1,
	cpuSeconds: 1,
	validationBpc: 2.5,
	initialBpc: null,
	mixtureBpc: null,
	initialMixtureBpc: null,
	cell: "gru",
	hidden: 8,
	layers: 1,
	parameters: 100,
};
const failure = { code: "internal", detail: "secret text" } as const;
const folders = [{ path: "/secret", name: "text" }];
const rules = { exclude: ["**/secret"], maxFileKiB: 256, maxTotalMiB: 64 };
const start = { line: 0, character: 0 };

export const serverRequestSamples: Samples<ServerRequest> = {
	workspace: { type: "workspace", workspace: { folders: [], rules, index: false, storage: null, memoryMiB: 64 } },
	training: { type: "training", isRunning: true },
	files: { type: "files", paths: ["/secret"] },
	forget: { type: "forget", id: 1 },
	load: { type: "load", file: "secret", isBase: true },
	open: {
		type: "open",
		document: "doc",
		path: "a.ts",
		file: { path: "/secret/a.ts", whole: true, isElsewhere: true },
		version: 1,
		text: "secret text",
		above: "secret text",
		notebook: "secret.ipynb",
	},
	above: { type: "above", document: "doc", text: "secret text" },
	change: { type: "change", document: "doc", version: 2, changes: [{ start, end: start, text: "secret text" }] },
	close: { type: "close", document: "doc" },
	complete: {
		type: "complete",
		id: 1,
		document: "doc",
		version: 1,
		position: { line: 0, character: 3 },
		explicit: false,
		count: 1,
		threshold: "balanced",
		forced: "",
	},
	cancel: { type: "cancel", id: 1 },
	score: { type: "score", id: 1, document: "doc" },
	spell: { type: "spell", id: 1, document: "doc", version: 1, scope: "text" },
	surprise: { type: "surprise", id: 1, document: "doc", version: 1, line: 0 },
	expect: { type: "expect", id: 1, document: "doc", version: 1, position: { line: 0, character: 0 } },
	surpriseOff: { type: "surpriseOff" },
	continue: {
		type: "continue",
		id: 1,
		document: "doc",
		version: 1,
		position: { line: 0, character: 0 },
		lines: 20,
		seed: 1,
	},
	usage: { type: "usage", id: 1 },
};

export const serverMessageSamples: Samples<ServerMessage> = {
	ready: { type: "ready", version: serverProtocolVersion, description: "wasm" },
	model: { type: "model", model, failure },
	memory: { type: "memory", memory: { reading: false, files: 1, characters: 10 } },
	perplexities: {
		type: "perplexities",
		files: [{ path: "secret.ts", characters: 10, network: 2, memory: 3, mixture: 1.5 }],
	},
	forgotten: { type: "forgotten", id: 1 },
	completions: {
		type: "completions",
		id: 1,
		suggestions: [{ text: "secret text", probability: 0.5 }],
		silence: "unsure",
		milliseconds: 1,
		trace: {
			context: 1,
			search: 2,
			display: 3,
			bytes: 4,
			candidates: [{ text: "secret text", probability: 0.5, verdict: "shown" }],
		},
	},
	scored: { type: "scored", id: 1, bpc: 2.5, characters: 10 },
	spelled: {
		type: "spelled",
		id: 1,
		found: {
			misspellings: [{ line: 0, start: 0, end: 6, word: "secret", suggestions: ["secrete"] }],
			isWhole: true,
		},
	},
	surprised: {
		type: "surprised",
		id: 1,
		found: {
			from: 0,
			to: 3,
			level: 1.5,
			words: [{ line: 1, start: 0, end: 4, grade: 2, bitsPerCharacter: 5 }],
			lines: [{ line: 1, excess: 12, bitsPerCharacter: 4 }],
			knowsFiles: true,
		},
	},
	expected: { type: "expected", id: 1, found: [{ text: "secret text", probability: 0.5 }] },
	continued: { type: "continued", id: 1, text: "secret text", isOver: false },
	usage: { type: "usage", id: 1, bytes: 1e8 },
	log: { type: "log", level: "info", message: "secret text" },
};

export const trainerRequestSamples: Samples<TrainerRequest> = {
	train: {
		type: "train",
		job: {
			folders,
			rules,
			storage: "/secret",
			minutes: 1,
			threads: 1,
			resume: true,
			engine: "tensorflow",
			tensorflow: "/secret",
			cell: "lstm",
			hidden: 0,
			base: null,
		},
	},
	list: { type: "list", folders, rules },
	pause: { type: "pause" },
	resume: { type: "resume" },
	stop: { type: "stop" },
};

export const trainerMessageSamples: Samples<TrainerMessage> = {
	progress: {
		type: "progress",
		progress: {
			phase: "training",
			characters: 10,
			charactersPerSecond: 10,
			trainBpc: 2.5,
			validationBpc: null,
			measuredBpc: null,
			initialBpc: 8,
			elapsedSeconds: 1,
			leftSeconds: 1,
			fraction: 0.5,
		},
	},
	checkpoint: { type: "checkpoint", file: "/secret", model },
	finished: { type: "finished", end: "budget", model, hasImproved: true },
	failed: { type: "failed", failure },
	corpus: {
		type: "corpus",
		report: {
			used: [
				{
					path: "secret.ts",
					bytes: 10,
					heldOut: true,
					tail: { from: 1, headDigest: "ab" },
					seenBefore: true,
					digest: "cd",
					masked: 0,
				},
			],
			leftOut: [{ path: "secret.key", reason: "secret" }],
		},
	},
	curve: {
		type: "curve",
		curve: {
			begunAt: "2026-01-01T00:00:00Z",
			end: "stopped",
			train: [{ seconds: 1, characters: 10, bpc: 3 }],
			heldOut: [{ seconds: 1, characters: 10, bpc: 3.5 }],
		},
	},
	log: { type: "log", level: "warn", message: "secret text" },
};

export const viewRequestSamples: Samples<ViewRequest> = {
	ready: { type: "ready", orders: [{ table: "secret", column: 1, isDescending: true }] },
	drawn: { type: "drawn" },
	rows: { type: "rows", table: "secret", from: 50 },
	sort: { type: "sort", order: { table: "secret", column: 1, isDescending: true } },
	open: { type: "open", file: "secret.ts" },
	act: { type: "act", action: "train" },
};

const order = { table: "text", column: 0, isDescending: false };
const rows = [{ file: "secret.ts", cells: ["text"] }];
const section: ViewSection = {
	id: "curve",
	title: "text",
	notes: ["text"],
	actions: [{ label: "text", action: "train" }],
	lines: {
		label: "text",
		unit: "text",
		lines: [
			{
				name: "text",
				isHeldOut: true,
				isNewest: true,
				points: [{ seconds: 1, characters: 10, bpc: 2 }],
			},
		],
	},
	bars: { label: "text", unit: "text", bars: [{ group: "text", name: "text", value: 1 }] },
	tables: [
		{
			id: "text",
			title: "text",
			isOfChart: true,
			columns: [{ title: "text", isNumber: false }],
			order,
			rowCount: 2,
			rows,
		},
	],
};

export const viewMessageSamples: Samples<ViewMessage> = {
	show: {
		type: "show",
		page: {
			words: {
				sameNumbers: "text",
				axis: "text",
				time: "text",
				seconds: "text",
				minutes: "text",
				characters: "text",
			},
			sections: [section],
		},
	},
	change: { type: "change", sections: [section] },
	rows: { type: "rows", table: "text", order, from: 50, rows },
};
