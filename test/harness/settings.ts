/** User settings with which tests run: no first-run pages, no other completions, nothing that asks a network. */
export const quietSettings: Readonly<Record<string, unknown>> = {
	"workbench.startupEditor": "none",
	"workbench.welcomePage.walkthroughs.openOnInstall": false,
	"workbench.tips.enabled": false,
	"workbench.enableExperiments": false,
	"workbench.secondarySideBar.defaultVisibility": "hidden",
	"chat.disableAIFeatures": true,
	"chat.commandCenter.enabled": false,
	"telemetry.telemetryLevel": "off",
	"extensions.autoUpdate": false,
	"extensions.autoCheckUpdates": false,
	"extensions.ignoreRecommendations": true,
	"update.showReleaseNotes": false,
	"git.enabled": false,
	"json.schemaDownload.enable": false,
	"typescript.disableAutomaticTypeAcquisition": true,
	"files.autoSave": "off",
	"editor.inlineSuggest.enabled": true,
	"editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
	"editor.suggestOnTriggerCharacters": false,
	"editor.wordBasedSuggestions": "off",
	"editor.minimap.enabled": false,
	"editor.accessibilitySupport": "off",
};

/** Of the machine that a server runs on; where the editor itself runs there, they are the user's. */
export const quietMachineSettings: Readonly<Record<string, unknown>> = {
	// What is suggested comes from what the test has it learn.
	"inkling.training.startFrom": "scratch",
};
