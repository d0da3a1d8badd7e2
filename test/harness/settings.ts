/** User settings for tests: they turn off first-run pages, completions of others, and all use of the network. */
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

/** Settings of the machine that a server runs on. For the desktop VS Code they belong to the user's settings. */
export const quietMachineSettings: Readonly<Record<string, unknown>> = {
	// Suggestions must come from what a test makes Inkling learn, not from the base model.
	"inkling.training.startFrom": "scratch",
};
