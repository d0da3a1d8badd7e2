/** What the status is made from, for its tests. */
import type { OnOff } from "../../../../src/editor/settings/onOff.ts";
import type { StatusInputs } from "../../../../src/editor/status/statusState.ts";

export const on: OnOff = { enabled: true, decidedBy: { layer: "default", forLanguage: false } };

/** Of a trusted folder in which nothing has been trained. */
export const freshInputs: StatusInputs = {
	suggestions: on,
	suggestionsInGeneral: on,
	editorShowsSuggestions: true,
	language: "Python",
	trusted: true,
	hasFolder: true,
	isOnDisk: true,
	hasModel: false,
	model: null,
	base: null,
	memory: null,
	training: null,
	trainsElsewhere: false,
	paused: false,
	server: "stopped",
	modelFailure: undefined,
};
