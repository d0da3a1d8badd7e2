/** What the perplexity view shows, in the user's language. */
import { l10n } from "vscode";
import type { TrainingCurve } from "../../domain/curve.ts";
import type { Measurements } from "../../domain/perplexities.ts";
import type { ViewWords } from "../../protocol/view.ts";
import type { StatusInputs } from "../status/statusState.ts";
import type { Days } from "../suggestions/history.ts";
import { curveSection } from "./curveSection.ts";
import { filesSection } from "./filesSection.ts";
import { modelSection } from "./modelSection.ts";
import type { StoredFacts } from "./storedFacts.ts";
import { suggestionsSection } from "./suggestionsSection.ts";
import type { Section } from "./tables.ts";

export interface PageInputs {
	readonly status: StatusInputs;
	/** The curve of the training that runs, or ran last in this window. */
	readonly live: TrainingCurve | undefined;
	readonly stored: StoredFacts;
	/** Ceiling of the memory, MiB. */
	readonly memoryMiB: number;
	/** RAM of the completion process; null: it does not run. */
	readonly usedBytes: number | null;
	/** Of the files that were held out. */
	readonly measurements: Measurements | null;
	/** What became of suggestions. */
	readonly days: Days;
	/** The user lets suggestions be counted. */
	readonly isCounted: boolean;
}

/** As `ViewPage`, with all rows of its tables. */
export interface Page {
	readonly words: ViewWords;
	readonly sections: readonly Section[];
}

/** Makes the page again and again: a section that is made from the same is the same object. */
export function pageMaker(): (inputs: PageInputs) => Page {
	const curve = remembered(curveSection);
	const files = remembered(filesSection);
	const suggestions = remembered(suggestionsSection);
	const model = remembered(modelSection);
	return ({ status, live, stored, memoryMiB, usedBytes, measurements, days, isCounted }) => ({
		words: {
			sameNumbers: l10n.t("The same in numbers"),
			axis: l10n.t("Over"),
			time: l10n.t("time"),
			seconds: l10n.t("time, in seconds"),
			minutes: l10n.t("time, in minutes"),
			characters: l10n.t("characters read"),
		},
		sections: [
			curve(status.training, status.trusted, status.hasFolder, status.isOnDisk, stored.curves, live),
			files(measurements),
			suggestions(days, isCounted),
			model(status.model, status.base, status.memory, stored, memoryMiB, usedBytes),
		],
	});
}

/** `make`, or what it made last time if it is given the same objects again. */
function remembered<Inputs extends readonly unknown[], Made>(make: (...inputs: Inputs) => Made): typeof make {
	let last: { readonly inputs: Inputs; readonly made: Made } | undefined;
	return (...inputs) => {
		const isSame = last?.inputs.every((input, at) => Object.is(input, inputs[at])) === true;
		if (last === undefined || !isSame) last = { inputs, made: make(...inputs) };
		return last.made;
	};
}
