/** What the perplexity view shows, in the user's language. */
import { l10n } from "vscode";
import type { TrainingCurve } from "../../domain/curve.ts";
import type { Measurements } from "../../domain/perplexities.ts";
import type { ViewPage } from "../../protocol/view.ts";
import type { StatusInputs } from "../status/statusState.ts";
import type { Days } from "../suggestions/history.ts";
import { curveSection } from "./curveSection.ts";
import { filesSection } from "./filesSection.ts";
import { modelSection } from "./modelSection.ts";
import type { StoredFacts } from "./storedFacts.ts";
import { suggestionsSection } from "./suggestionsSection.ts";

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

export function viewPage({
	status,
	live,
	stored,
	memoryMiB,
	usedBytes,
	measurements,
	days,
	isCounted,
}: PageInputs): ViewPage {
	return {
		words: {
			sameNumbers: l10n.t("The same in numbers"),
			axis: l10n.t("Over"),
			time: l10n.t("time"),
			seconds: l10n.t("time, in seconds"),
			minutes: l10n.t("time, in minutes"),
			characters: l10n.t("characters read"),
		},
		sections: [
			curveSection(status, stored.curves, live),
			filesSection(measurements),
			suggestionsSection(days, isCounted),
			modelSection(status, stored, { memoryMiB, usedBytes }),
		],
	};
}
