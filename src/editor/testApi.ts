/** What `activate` returns: a view of the state, for the tests that run in the extension host. Not an API for others. */
import * as vscode from "vscode";
import type { ModelSummary } from "../domain/model.ts";
import type { SurpriseAnswer } from "../domain/surprise.ts";
import type { Place } from "../repeat/candidate.ts";
import type { Inkling } from "./inkling.ts";
import type { Page } from "./perplexity/page.ts";
import type { PerplexityView } from "./perplexity/perplexityView.ts";
import type { StatusItem } from "./status/statusItem.ts";
import type { StatusInputs } from "./status/statusState.ts";
import type { StatusText } from "./status/statusText.ts";
import type { Refusal } from "./suggestions/refusal.ts";
import type { Statistics } from "./suggestions/statistics.ts";

export interface InklingState {
	readonly status: StatusText;
	/** What the tooltip of the status bar item says, as Markdown. */
	readonly hover: string;
	readonly inputs: StatusInputs;
	readonly model: ModelSummary | null;
	readonly statistics: Statistics;
	/** Why the last request that was not overtaken was answered with nothing, and how many were. */
	readonly refusal: Refusal | undefined;
	readonly refusals: number;
	/** Where the change just made is offered. */
	readonly repeat: Place | undefined;
	/** Whether changes of a document are noted to be repeated; `uri` as a string. */
	repeatWatches(uri: string): boolean;
	/** What is said of the misspellings in a document; `uri` as a string. */
	misspellings(uri: string): readonly string[];
	/** What *Show Surprise* shows of a document; undefined: nothing, or nothing yet. `uri` as a string. */
	surprise(uri: string): SurpriseAnswer | undefined;
	/** The page of *Show Perplexity*, once it is drawn. */
	readonly perplexityPage: Page | undefined;
	/** Folder that holds everything learned. */
	readonly storage: string | undefined;
	readonly serverPid: number | undefined;
	readonly trainerPid: number | undefined;
	/** As if the user had done nothing for long enough; resolves to whether a training began, once it is over. */
	passIdleTime(): Promise<boolean>;
}

/** Each property tells the state at the time it is read. */
export function inklingState(inkling: Inkling, item: StatusItem, perplexity: PerplexityView): InklingState {
	return {
		get status() {
			return item.status;
		},
		get hover() {
			return item.hover;
		},
		get inputs() {
			return inkling.statusInputs;
		},
		get model() {
			return inkling.modelInUse.own;
		},
		get statistics() {
			return inkling.statistics.statistics;
		},
		get refusal() {
			return inkling.provider.refusal;
		},
		get refusals() {
			return inkling.provider.refusals;
		},
		get repeat() {
			return inkling.repeating.hint;
		},
		get perplexityPage() {
			return perplexity.panel.drawn;
		},
		misspellings: (uri) => inkling.spelling.shown(vscode.Uri.parse(uri)).map(({ message }) => message),
		surprise: (uri) => {
			const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
			return document && inkling.surprise.shown(document);
		},
		repeatWatches: (uri) => inkling.repeating.watches(uri),
		get storage() {
			return inkling.store?.folder;
		},
		get serverPid() {
			return inkling.server.pid;
		},
		get trainerPid() {
			return inkling.training.pid;
		},
		passIdleTime: () => inkling.idleTraining.passIdleTime(),
	};
}
