/** The identifiers that the manifest and the code share. A unit test compares them with package.json. */

/** The commands of the command palette. */
export const commands = {
	train: "inkling.train",
	stopTraining: "inkling.stopTraining",
	pauseTraining: "inkling.pauseTraining",
	resumeTraining: "inkling.resumeTraining",
	resetModel: "inkling.resetModel",
	exportModel: "inkling.exportModel",
	importModel: "inkling.importModel",
	toggleEnabled: "inkling.toggleEnabled",
	toggleLanguage: "inkling.toggleLanguage",
	showPerplexity: "inkling.showPerplexity",
	showPrivacyReport: "inkling.showPrivacyReport",
	showFiles: "inkling.showFiles",
	neverLearn: "inkling.neverLearn",
	neverLearnFile: "inkling.neverLearnFile",
	learnAgain: "inkling.learnAgain",
	showLastRequests: "inkling.showLastRequests",
	showLog: "inkling.showLog",
	showFirstSteps: "inkling.showFirstSteps",
	showMenu: "inkling.showMenu",
	repeat: "inkling.repeat",
	repeatEverywhere: "inkling.repeatEverywhere",
	dismissRepeat: "inkling.dismissRepeat",
	addToDictionary: "inkling.addToDictionary",
	ignoreSpelling: "inkling.ignoreSpelling",
	showSurprise: "inkling.showSurprise",
	showSurprisingLines: "inkling.showSurprisingLines",
	continueHere: "inkling.continueHere",
	stopContinuing: "inkling.stopContinuing",
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/** VS Code runs this after the user accepted a suggestion; it is not in the manifest. */
export const acceptedCommand = "inkling.suggestionAccepted";

/** Context keys that the code sets and `when` clauses in package.json use. */
export const contextKeys = {
	/** A training process is running, paused or not. */
	training: "inkling.training",
	paused: "inkling.paused",
	/** A model is stored. */
	hasModel: "inkling.hasModel",
	/** The memory holds something, of files or of what was typed. */
	hasMemory: "inkling.hasMemory",
	/** The view of files has something to show. */
	hasFiles: "inkling.hasFiles",
	/** The change just made can be made elsewhere. */
	canRepeat: "inkling.canRepeat",
	/** A suggestion was shown once; the walkthrough waits for it. */
	hasSeen: "inkling.hasSeenSuggestion",
	/** A suggestion, or a part of one, was taken once. */
	hasTaken: "inkling.hasTakenSuggestion",
	/** `inkling.policy.forceOff` is on. */
	forcedOff: "inkling.forcedOff",
	/** *Continue Here* is writing. */
	continuing: "inkling.continuing",
} as const;

/** The user's settings; `schema.ts` says what each may hold. */
export const settings = {
	enable: "inkling.enable",
	disableEverywhere: "inkling.disableEverywhere",
	threshold: "inkling.suggestions.threshold",
	maxAlternatives: "inkling.suggestions.maxAlternatives",
	repeats: "inkling.suggestions.repeats",
	statistics: "inkling.suggestions.statistics",
	trigger: "inkling.suggestions.trigger",
	spellingScope: "inkling.spelling.check",
	spellingWords: "inkling.spelling.words",
	spellingIgnored: "inkling.spelling.ignored",
	exclude: "inkling.files.exclude",
	maxFileSize: "inkling.files.maxFileSizeKiB",
	maxTotalSize: "inkling.files.maxTotalSizeMiB",
	maxMemory: "inkling.memory.maxSizeMiB",
	minutes: "inkling.training.minutes",
	threads: "inkling.training.threads",
	whenIdle: "inkling.training.whenIdle",
	cell: "inkling.training.cell",
	hiddenSize: "inkling.training.hiddenSize",
	startFrom: "inkling.training.startFrom",
	engine: "inkling.training.engine",
	tensorflowPath: "inkling.tensorflow.path",
	forceOff: "inkling.policy.forceOff",
	forbidExport: "inkling.policy.forbidExport",
} as const;
export type SettingName = keyof typeof settings;

/** The colours of *Show Surprise*, which package.json contributes. */
export const surpriseColors = {
	backgrounds: {
		1: "inkling.surpriseLowBackground",
		2: "inkling.surpriseMediumBackground",
		3: "inkling.surpriseHighBackground",
	},
	/** Of words in themes of high contrast. */
	outline: "inkling.surpriseOutline",
	ruler: "inkling.surpriseOverviewRuler",
} as const;

/** VS Code's own switch for the inline suggestions of every extension. */
export const inlineSuggest = "editor.inlineSuggest.enabled";

/** VS Code's setting that is "on" where a screen reader is used; "auto" does not tell extensions whether one is. */
export const accessibilitySupport = "editor.accessibilitySupport";

export const statusItemId = "inkling.status";

/** Of the item in the status bar that says where the change just made can be repeated. */
export const repeatItemId = "inkling.repeatStatus";

/** Type of the panel of *Show Perplexity*, which VS Code brings back after a reload. */
export const perplexityView = "inkling.perplexity";

/** The view of *Show Files Used for Training*. */
export const filesView = "inkling.files";

/** Of the document that lists the last requests. */
export const requestsScheme = "inkling-requests";

/** Of the privacy report. */
export const privacyScheme = "inkling-privacy";

/** Of the walkthrough in the manifest. */
export const walkthrough = "firstSteps";

/** The submenu of the editor's context menu. */
export const editorMenu = "inkling.editor";

/** Keys of what VS Code keeps for the workspace between sessions (`workspaceState`): small numbers, never text. */
export const memoryKeys = {
	/** The last `ModelSummary`: shown until the server has loaded the model. */
	model: "inkling.model",
	statistics: "inkling.statistics",
	/** What became of suggestions, by day and language. */
	history: "inkling.suggestionHistory",
	/** A training was running when the window closed. */
	unfinished: "inkling.unfinishedTraining",
} as const;

/** Keys of what VS Code keeps for the user in all workspaces (`globalState`). */
export const userKeys = {
	/** A suggestion was shown, and how to take one was explained. */
	hasSeen: "inkling.hasSeenSuggestion",
	hasTaken: "inkling.hasTakenSuggestion",
	/** Address of the folder to which a model was exported last. */
	exportFolder: "inkling.exportFolder",
} as const;
