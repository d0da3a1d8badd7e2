/** Wires the parts together. */
import * as vscode from "vscode";
import { registerCommands } from "./editor/commandTable.ts";
import { Inkling } from "./editor/inkling.ts";
import { StatusItem } from "./editor/status/statusItem.ts";
import { RequestsDocument } from "./editor/suggestions/requestsDocument.ts";
import { type InklingState, inklingState } from "./editor/testApi.ts";
import { FilesDocument } from "./editor/training/filesDocument.ts";

export async function activate(context: vscode.ExtensionContext): Promise<InklingState> {
	const log = vscode.window.createOutputChannel("Inkling", { log: true });
	const inkling = new Inkling(context, log);
	const documents = { files: new FilesDocument(inkling), requests: new RequestsDocument(inkling.provider.requests) };
	const status = new StatusItem(inkling);
	const commands = registerCommands(inkling, documents, context.extension.id);
	context.subscriptions.push(log, inkling, documents.files, documents.requests, status, commands);
	await inkling.start();
	return inklingState(inkling, status);
}
