/**
 * Every setting, once. From this table come the settings in package.json and package.nls.json and the README's table (all
 * written by `npm run settings`), and the checks that each value passes before it is used.
 */
import { cells } from "../../domain/cells.ts";
import { defaultRules } from "../../domain/corpus.ts";
import { defaultMemoryMiB } from "../../domain/memory.ts";
import { type SpellingScope, spellingScopes } from "../../domain/spelling.ts";
import { type Threshold, thresholds } from "../../domain/suggestions.ts";
import { type TrainingEngine, trainingEngines } from "../../domain/training.ts";
import { type SettingName, settings } from "./names.ts";

/** Where a setting may be set, in VS Code's terms (`ConfigurationScope` of a contributed setting). */
export type Scope = "application" | "window" | "resource" | "machine" | "machine-overridable" | "language-overridable";

interface Common {
	readonly scope: Scope;
	/** A workspace that is not trusted cannot set it. */
	readonly restricted?: boolean;
	/** One sentence in Markdown; all that the README says. */
	readonly summary: string;
	/** What the settings editor says besides. */
	readonly details?: string;
}

export interface BooleanSetting extends Common {
	readonly type: "boolean";
	readonly default: boolean;
}

export interface ChoiceSetting extends Common {
	readonly type: "choice";
	readonly values: readonly string[];
	/** One sentence for each value. */
	readonly valueTexts: Readonly<Record<string, string>>;
	readonly default: string;
}

export interface NumberSetting extends Common {
	/** `integer` stands for whole numbers only. */
	readonly type: "integer" | "number";
	readonly default: number;
	readonly minimum: number;
	readonly maximum: number;
	/** Must divide `minimum`, `maximum` and `default`. */
	readonly multipleOf?: number;
	/** Zero leaves the choice to Inkling, so no other number may be rounded to it. */
	readonly zeroIsAutomatic?: boolean;
}

export interface StringSetting extends Common {
	readonly type: "string";
	readonly default: string;
	/** It names a file or folder, which must not lie on the network. */
	readonly isPath?: true;
}

/** Glob pattern, or word → whether it applies. */
export interface PatternsSetting extends Common {
	readonly type: "patterns";
	readonly default: Readonly<Record<string, boolean>>;
}

export type Setting = BooleanSetting | ChoiceSetting | NumberSetting | StringSetting | PatternsSetting;

const thresholdTexts: Readonly<Record<Threshold, string>> = {
	conservative: "Show few suggestions, most of them right.",
	balanced: "Show the suggestions that save the most time.",
	eager: "Show more and longer suggestions, more of them wrong.",
};

export const triggers = ["automatic", "onRequest"] as const;
export type Trigger = (typeof triggers)[number];

const triggerTexts: Readonly<Record<Trigger, string>> = {
	automatic: "Show suggestions while typing.",
	onRequest: "Show suggestions only on *Trigger Inline Suggestion*.",
};

const engineTexts: Readonly<Record<TrainingEngine, string>> = {
	inkling: "Train with the engine that comes with Inkling, the fastest.",
	tensorflow: "Train with TensorFlow.js, which you have installed yourself.",
};

/** Where spelling is checked; `off` is nowhere. */
const spellingChoices = ["off", ...spellingScopes] as const;

const spellingTexts: Readonly<Record<"off" | SpellingScope, string>> = {
	off: "Check nothing.",
	prose: "Check Markdown and other prose.",
	text: "Check prose, and the comments and strings of code.",
	everything: "Check prose, comments, strings, and the words in names of code.",
};

/** The networks that can be chosen; `auto` keeps that of the model from which a training starts. */
const trainingCells = ["auto", ...cells] as const;

const cellTexts: Readonly<Record<(typeof trainingCells)[number], string>> = {
	auto: "The network of the model that training starts from; a GRU where there is none.",
	gru: "GRU, gated recurrent unit: three gates for each unit.",
	lstm: "LSTM, long short-term memory: four gates and a second state for each unit.",
	rnn_tanh: "Elman's simple recurrent network with tanh, without gates.",
	rnn_relu: "Elman's simple recurrent network with rectified linear units, without gates.",
};

export const schema = {
	enable: {
		type: "boolean",
		default: true,
		scope: "language-overridable",
		summary: "Show suggestions as ghost text. You can set this for each language.",
		details: `For example: \`"[markdown]": { "${settings.enable}": false }\`.`,
	},
	disableEverywhere: {
		type: "boolean",
		default: false,
		scope: "application",
		summary: "Show no suggestions at all, whatever `#inkling.enable#` says for a workspace, a folder or a language.",
		details: "*Inkling: Enable or Disable* turns this on and off.",
	},
	threshold: {
		type: "choice",
		values: thresholds,
		valueTexts: thresholdTexts,
		default: "balanced",
		scope: "language-overridable",
		summary: "How sure Inkling must be of a suggestion to show it.",
	},
	maxAlternatives: {
		type: "integer",
		default: 3,
		minimum: 1,
		maximum: 5,
		scope: "language-overridable",
		summary: "How many alternatives *Trigger Inline Suggestion* offers at most.",
	},
	repeats: {
		type: "boolean",
		default: true,
		scope: "language-overridable",
		summary: "Show where the change you just made can be repeated.",
		details: "*Inkling: Repeat the Last Change* makes it there.",
	},
	statistics: {
		type: "boolean",
		default: true,
		scope: "window",
		summary: "Count what becomes of suggestions, on this machine only; *Inkling: Show Perplexity* shows the counts.",
		details:
			"Only numbers are kept, for each day of the last month and each language. The view has a button that deletes them.",
	},
	trigger: {
		type: "choice",
		values: triggers,
		valueTexts: triggerTexts,
		default: "automatic",
		scope: "language-overridable",
		summary: "When suggestions appear.",
		details:
			"With a screen reader (`#editor.accessibilitySupport#` set to `on`), an automatic suggestion waits for a pause in typing, has at least eight characters, and is announced once instead of after each key.",
	},
	minutes: {
		type: "number",
		default: 3,
		minimum: 0.1,
		maximum: 240,
		scope: "window",
		restricted: true,
		summary: "How many minutes a training takes at most.",
		details: "A training ends earlier when more of it does not help.",
	},
	threads: {
		type: "integer",
		default: 0,
		minimum: 0,
		maximum: 64,
		zeroIsAutomatic: true,
		scope: "machine-overridable",
		restricted: true,
		summary: "How many processor cores a training uses; `0` stands for half of them.",
		details: "A training always has low priority.",
	},
	whenIdle: {
		type: "boolean",
		default: false,
		scope: "machine-overridable",
		restricted: true,
		summary: "Train on the workspace after five minutes in which you did nothing in its window.",
		details:
			"The training ends when you work again, keeps what it has learned, and goes on in the next pause. It uses at most half of the processor cores. When a training has nothing more to gain, the next one waits until files that make up a tenth of the text have changed. VS Code does not tell extensions whether a machine runs on mains power, so Inkling trains on battery, too.",
	},
	cell: {
		type: "choice",
		values: trainingCells,
		valueTexts: cellTexts,
		default: "auto",
		scope: "window",
		restricted: true,
		summary: "Which recurrent network a new model is.",
		details:
			"If the model of this workspace is another network, the next training starts a new model. The base model that comes with Inkling is a GRU: any other network starts from random weights.",
	},
	hiddenSize: {
		type: "integer",
		default: 0,
		minimum: 0,
		maximum: 2048,
		multipleOf: 8,
		zeroIsAutomatic: true,
		scope: "window",
		restricted: true,
		summary: "How many units each layer of a new model has, a multiple of 8; `0` leaves the choice to Inkling.",
		details:
			"More units learn more, but more slowly. If the model of this workspace has another size, the next training starts a new model. That one starts from the base model if the base model has this size, otherwise from random weights.",
	},
	startFrom: {
		type: "string",
		default: "base",
		isPath: true,
		scope: "machine-overridable",
		restricted: true,
		summary:
			"What a workspace without a model of its own starts from: `base` (the base model that comes with Inkling), `scratch` (no model) or the full path of a model file.",
		details:
			"Inkling suggests from this model at once, and a training starts from it. A model file (`.safetensors`) may be one that your organisation has trained on all its code.",
	},
	engine: {
		type: "choice",
		values: trainingEngines,
		valueTexts: engineTexts,
		default: "inkling",
		scope: "machine-overridable",
		restricted: true,
		summary: "What does the arithmetic of a training.",
		details:
			"`#inkling.tensorflow.path#` says where TensorFlow.js is. Both engines read and write the same models, and suggestions always come from Inkling's own.",
	},
	tensorflowPath: {
		type: "string",
		default: "",
		isPath: true,
		// It names code that runs: no workspace may set it.
		scope: "machine",
		restricted: true,
		summary:
			"The full path of the folder in which you have installed TensorFlow.js (`@tensorflow/tfjs-node`, `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs`).",
		details: "Inkling runs the code that it finds there, and only if `#inkling.training.engine#` is `tensorflow`.",
	},
	maxMemory: {
		type: "integer",
		default: defaultMemoryMiB,
		minimum: 8,
		maximum: 512,
		scope: "machine-overridable",
		restricted: true,
		summary: "How many MiB the memory of the workspace's text takes at most, in RAM and about as much on disk.",
		details:
			"A larger memory holds more of a large workspace. After a change of this setting, Inkling reads the workspace anew.",
	},
	spellingScope: {
		type: "choice",
		values: spellingChoices,
		valueTexts: spellingTexts,
		default: "text",
		scope: "language-overridable",
		summary: "Where Inkling marks words that are probably misspelt; it knows English.",
		details:
			"A word is marked if another word, one letter away, is far more probable between the words around it. That a word is unknown is not enough.",
	},
	spellingWords: {
		type: "patterns",
		default: {},
		scope: "resource",
		summary: "Words that are spelt right, each with `true`; *Add to the dictionary* of a quick fix writes them here.",
	},
	spellingIgnored: {
		type: "patterns",
		default: {},
		scope: "resource",
		summary:
			"Words that are not marked in one file, as `path: word`, each with `true`; *Ignore in this file* of a quick fix writes them here.",
	},
	exclude: {
		type: "patterns",
		default: {},
		scope: "resource",
		restricted: true,
		summary:
			"Files that Inkling never learns from, as [glob patterns](https://code.visualstudio.com/docs/editor/glob-patterns) relative to the workspace folder.",
		details:
			"`#files.exclude#`, `.inklingignore` and what git ignores (`.gitignore`, `.git/info/exclude` and your global ignore file, `core.excludesFile`) apply too. Inkling always leaves out files that usually hold secrets.",
	},
	maxFileSize: {
		type: "integer",
		default: defaultRules.maxFileKiB,
		minimum: 1,
		maximum: 4096,
		scope: "window",
		restricted: true,
		summary: "Inkling does not read files that are larger than this, in KiB. What you type in them is learned.",
	},
	maxTotalSize: {
		type: "integer",
		default: defaultRules.maxTotalMiB,
		minimum: 1,
		maximum: 1024,
		scope: "window",
		restricted: true,
		summary: "How many MiB of text Inkling learns from at most.",
		details: "Beyond this limit it leaves out the files that were edited longest ago.",
	},
	forceOff: {
		type: "boolean",
		default: false,
		// For those who set up machines: no workspace may change it.
		scope: "machine",
		restricted: true,
		summary:
			"Turn Inkling off on this machine: it suggests nothing, reads no files, learns nothing and trains nothing.",
		details: "What it learned before stays on disk until it is reset. Nothing in a workspace can change this setting.",
	},
	forbidExport: {
		type: "boolean",
		default: false,
		scope: "machine",
		restricted: true,
		summary: "Do not let models be exported from the editor: a model can repeat what it has read.",
		details: "Nothing in a workspace can change this setting. It does not govern the command line.",
	},
} as const satisfies Readonly<Record<SettingName, Setting>>;

/** What a checked setting holds. */
export type SettingValue<Name extends SettingName> = ValueOf<(typeof schema)[Name]>;
type ValueOf<Definition extends Setting> = Definition extends BooleanSetting
	? boolean
	: Definition extends { readonly type: "choice"; readonly values: readonly (infer Value)[] }
		? Value
		: Definition extends NumberSetting
			? number
			: Definition extends StringSetting
				? string
				: Readonly<Record<string, boolean>>;

interface SettingGroup {
	readonly id: string;
	readonly title: string;
	readonly settings: readonly SettingName[];
}

/** The groups of the settings editor, in its order. */
export const settingGroups: readonly SettingGroup[] = [
	{ id: "inkling", title: "Inkling", settings: ["enable", "disableEverywhere"] },
	{
		id: "suggestions",
		title: "Suggestions",
		settings: ["threshold", "trigger", "maxAlternatives", "repeats", "statistics"],
	},
	{ id: "spelling", title: "Spelling", settings: ["spellingScope", "spellingWords", "spellingIgnored"] },
	{
		id: "training",
		title: "Training",
		settings: ["minutes", "threads", "whenIdle", "cell", "hiddenSize", "startFrom", "engine"],
	},
	{ id: "tensorflow", title: "TensorFlow", settings: ["tensorflowPath"] },
	{ id: "memory", title: "Memory", settings: ["maxMemory"] },
	{ id: "files", title: "Files", settings: ["exclude", "maxFileSize", "maxTotalSize"] },
	{ id: "policy", title: "Policy", settings: ["forceOff", "forbidExport"] },
];
