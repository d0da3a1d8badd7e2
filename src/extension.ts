/** Wires the parts together. */
import * as vscode from "vscode";
import { registerCommands } from "./editor/commandTable.ts";
import { Inkling } from "./editor/inkling.ts";
import { StatusItem } from "./editor/status/statusItem.ts";
import { type InklingState, inklingState } from "./editor/testApi.ts";
import { FilesDocument } from "./editor/training/filesDocument.ts";

export async function activate(context: vscode.ExtensionContext): Promise<InklingState> {
	const log = vscode.window.createOutputChannel("Inkling", { log: true });
	const inkling = new Inkling(context, log);
	const files = new FilesDocument(inkling);
	const status = new StatusItem(inkling);
	context.subscriptions.push(log, inkling, files, status, registerCommands(inkling, files, context.extension.id));
	await inkling.start();
	return inklingState(inkling, status);
}
