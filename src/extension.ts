/** Wires the parts together. */
import type * as vscode from "vscode";
import { registerCommands } from "./editor/commandTable.ts";
import { Inkling } from "./editor/inkling.ts";
import { PerplexityView } from "./editor/perplexity/perplexityView.ts";
import { PrivacyDocument } from "./editor/privacy/privacyDocument.ts";
import { openLog } from "./editor/shown.ts";
import { StatusItem } from "./editor/status/statusItem.ts";
import { RequestsDocument } from "./editor/suggestions/requestsDocument.ts";
import { type InklingState, inklingState } from "./editor/testApi.ts";
import { FilesTree } from "./editor/training/filesTree.ts";

export async function activate(context: vscode.ExtensionContext): Promise<InklingState> {
	const log = openLog();
	const inkling = new Inkling(context, log);
	const views = {
		files: new FilesTree(inkling),
		requests: new RequestsDocument(inkling.provider.requests),
		perplexity: new PerplexityView(inkling, context.extensionUri),
		privacy: new PrivacyDocument(inkling, context.extension),
	};
	const status = new StatusItem(inkling);
	const commands = registerCommands(inkling, views, context.extension.id);
	context.subscriptions.push(log, inkling, ...Object.values(views), status, commands);
	await inkling.start();
	return inklingState(inkling, status, views.perplexity);
}
