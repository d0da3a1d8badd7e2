/** What each command does. */
import * as vscode from "vscode";
import { showFirstSteps } from "./firstSteps/firstSteps.ts";
import type { Inkling } from "./inkling.ts";
import type { Confirmation } from "./models/models.ts";
import type { PerplexityView } from "./perplexity/perplexityView.ts";
import type { PrivacyDocument } from "./privacy/privacyDocument.ts";
import { type CommandId, commands } from "./settings/names.ts";
import { showMenu } from "./status/menu.ts";
import { toggleEnabled, toggleLanguage } from "./status/toggles.ts";
import type { RequestsDocument } from "./suggestions/requestsDocument.ts";
import type { FilesTree } from "./training/filesTree.ts";

/** Each command returns its outcome, for programs that run it. */
export function registerCommands(
	inkling: Inkling,
	{
		files,
		requests,
		perplexity,
		privacy,
	}: {
		readonly files: FilesTree;
		readonly requests: RequestsDocument;
		readonly perplexity: PerplexityView;
		readonly privacy: PrivacyDocument;
	},
	extensionId: string,
): vscode.Disposable {
	const { training, models, settings, repeating, spelling, surprise, continuing, log } = inkling;
	const table: Readonly<Record<CommandId, (...args: never[]) => unknown>> = {
		[commands.train]: () => training.start(),
		[commands.stopTraining]: () => training.stop(),
		[commands.pauseTraining]: () => training.pause(),
		[commands.resumeTraining]: () => training.resume(),
		[commands.resetModel]: (options?: Confirmation) => models.reset(options),
		[commands.exportModel]: (target?: vscode.Uri, options?: Confirmation) => models.export(target, options),
		[commands.importModel]: (source?: vscode.Uri, options?: Confirmation) => models.import(source, options),
		[commands.toggleEnabled]: () => toggleEnabled(settings),
		[commands.toggleLanguage]: () => toggleLanguage(settings),
		[commands.showPerplexity]: () => perplexity.show(),
		[commands.showPrivacyReport]: () => privacy.show(),
		[commands.showFiles]: () => files.show(),
		[commands.neverLearn]: (node?: Parameters<FilesTree["neverLearn"]>[0]) => files.neverLearn(node),
		[commands.neverLearnFile]: (uri?: vscode.Uri) => files.neverLearnFile(uri),
		[commands.learnAgain]: (node?: Parameters<FilesTree["learnAgain"]>[0]) => files.learnAgain(node),
		[commands.showLastRequests]: () => requests.show(),
		[commands.showLog]: () => log.show(),
		[commands.showFirstSteps]: () => showFirstSteps(extensionId),
		[commands.showMenu]: () => showMenu(inkling, extensionId),
		[commands.repeat]: () => repeating.repeat(),
		[commands.repeatEverywhere]: () => repeating.repeatEverywhere(),
		[commands.dismissRepeat]: () => repeating.dismiss(),
		[commands.showSurprise]: () => surprise.toggle(),
		[commands.showSurprisingLines]: () => surprise.listLines(),
		[commands.continueHere]: () => continuing.begin(),
		[commands.stopContinuing]: () => continuing.stop(),
		[commands.addToDictionary]: (word: string, uri: vscode.Uri) => spelling.allow(word, uri, false),
		[commands.ignoreSpelling]: (word: string, uri: vscode.Uri) => spelling.allow(word, uri, true),
	};
	return vscode.Disposable.from(...Object.entries(table).map(([id, run]) => vscode.commands.registerCommand(id, run)));
}
