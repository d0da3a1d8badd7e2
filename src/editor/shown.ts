/**
 * All that the user is shown goes through this file. Names of folders and files, settings and what a model's file says of
 * itself are the text of strangers, and VS Code reads more into some texts than their letters: links that run commands in
 * notifications and Markdown, icons in the status bar and in lists, addresses in documents and the log. Here such text loses
 * that meaning, and its length is bounded. A test keeps all other files from showing anything by themselves.
 */
import * as vscode from "vscode";
import { visibleStretch } from "../platform/visibleText.ts";

/** UTF-16 units of a message. Ours are shorter; a path or a pattern in one may be of any length. */
const longestMessage = 600;
/** Of one line of the log or of a document. */
const longestLine = 2000;
/** Of a label in the status bar or in a list. */
const longestLabel = 200;

/** Where VS Code sees a link in a notification, "[" … "](" … ")", there is no way to escape it: a blank takes it apart. */
function notificationText(text: string): string {
	return visibleStretch(text, longestMessage).replaceAll("](", "] (");
}

/**
 * CommonMark lets every sign of ASCII that is neither letter nor digit be escaped; addresses and entities are none any more
 * then. (`MarkdownString.appendText` escapes, too, but makes all blanks unbreakable.)
 */
function markdownText(text: string): string {
	return notificationText(text).replaceAll(/[!-/:-@[-`{-~]/g, "\\$&");
}

/** A label in which "$(…)" is no icon. */
export function labelText(text: string): string {
	return visibleStretch(text, longestLabel).replaceAll("$(", "$ (");
}

/** A label with one of VS Code's icons before it; without a label, the icon alone. */
export function iconText(icon: string, label: string): string {
	return `$(${icon}) ${labelText(label)}`;
}

/** A line of the log or of a document, in which no address is a link. */
export function lineText(text: string): string {
	return visibleStretch(text, longestLine).replaceAll("://", ":/ /");
}

export function showInformation(text: string, ...answers: string[]): Thenable<string | undefined> {
	return vscode.window.showInformationMessage(notificationText(text), ...answers);
}

export function showWarning(text: string, ...answers: string[]): Thenable<string | undefined> {
	return vscode.window.showWarningMessage(notificationText(text), ...answers);
}

export function showError(text: string, ...answers: string[]): Thenable<string | undefined> {
	return vscode.window.showErrorMessage(notificationText(text), ...answers);
}

/** A dialog that waits for an answer; VS Code makes the first answer its default. */
export function askUser(
	question: string,
	detail: string | undefined,
	...answers: string[]
): Thenable<string | undefined> {
	const options = { modal: true, ...(detail === undefined ? {} : { detail: notificationText(detail) }) };
	return vscode.window.showWarningMessage(notificationText(question), options, ...answers);
}

export interface Action extends vscode.QuickPickItem {
	/** Called once the user has chosen it. */
	readonly run?: () => unknown;
}

/** A list from which the user chooses what to do. */
export function showList(title: string, placeholder: string, actions: readonly Action[]): void {
	const picker = vscode.window.createQuickPick<Action>();
	picker.title = labelText(title);
	picker.placeholder = labelText(placeholder);
	picker.items = actions.map((action) => ({
		...action,
		label: labelText(action.label),
		...(action.description === undefined ? {} : { description: labelText(action.description) }),
	}));
	picker.onDidAccept(() => {
		const [chosen] = picker.selectedItems;
		picker.hide();
		void carryOut(chosen);
	});
	picker.onDidHide(() => picker.dispose());
	picker.show();
}

/** Says why it could not be done, as VS Code does of a command of its palette only. */
async function carryOut(chosen: Action | undefined): Promise<void> {
	try {
		await chosen?.run?.();
	} catch (error) {
		void showError(error instanceof Error ? error.message : String(error));
	}
}

/**
 * A list in which the user leaves ticks; undefined: it was closed.
 *
 * @param look called with the item on which the user is
 */
export function chooseSeveral<Item extends vscode.QuickPickItem>(
	title: string,
	placeholder: string,
	items: readonly Item[],
	look: (item: Item) => void,
): Thenable<readonly Item[] | undefined> {
	return vscode.window.showQuickPick(
		items.map((item) => ({
			...item,
			label: labelText(item.label),
			...(item.description === undefined ? {} : { description: labelText(item.description) }),
		})),
		{
			canPickMany: true,
			matchOnDescription: true,
			title: labelText(title),
			placeHolder: labelText(placeholder),
			onDidSelectItem: (item) => look(item as Item),
		},
	);
}

/** What a progress notification is told. */
export interface Report {
	readonly message: string;
	/** In percent. */
	readonly increment: number;
}

/** A notification with progress and the button Cancel. */
export function showProgress<T>(
	title: string,
	task: (report: (value: Report) => void, token: vscode.CancellationToken) => Promise<T>,
): Thenable<T> {
	return vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Notification, title: notificationText(title), cancellable: true },
		(progress, token) =>
			task(({ message, increment }) => progress.report({ message: notificationText(message), increment }), token),
	);
}

/** A word in the status bar while `task` runs. */
export function showBusy<T>(title: string, task: () => Promise<T>): Thenable<T> {
	return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: labelText(title) }, task);
}

/** Builds Markdown of plain text and of links to a few commands. */
export class Hover {
	readonly #markdown = new vscode.MarkdownString();
	readonly #commands: readonly string[];

	/** @param commands the only ones that a link may run */
	constructor(commands: readonly string[]) {
		this.#commands = commands;
		this.#markdown.isTrusted = { enabledCommands: commands };
	}

	get markdown(): vscode.MarkdownString {
		return this.#markdown;
	}

	paragraph(text: string): this {
		this.#markdown.appendMarkdown(`${markdownText(text)}\n\n`);
		return this;
	}

	list(items: readonly string[]): this {
		this.#markdown.appendMarkdown(`${items.map((item) => `- ${markdownText(item)}\n`).join("")}\n`);
		return this;
	}

	links(links: readonly Link[]): this {
		const texts = links.map(({ title, command, args = [] }) => {
			if (!this.#commands.includes(command)) throw new TypeError(`A link may not run ${command}`);
			const query = args.length === 0 ? "" : `?${encodeURIComponent(JSON.stringify(args))}`;
			return `[${markdownText(title)}](command:${command}${query})`;
		});
		this.#markdown.appendMarkdown(texts.join(" · "));
		return this;
	}
}

export interface Link {
	readonly title: string;
	readonly command: string;
	readonly args?: readonly unknown[];
}

/** The log as far as Inkling writes to it. A message of several lines, such as a stack trace, has its further lines indented. */
export interface Log extends vscode.Disposable {
	debug(message: string): void;
	info(message: string): void;
	warn(message: string): void;
	error(message: string): void;
	show(): void;
}

export function openLog(): Log {
	const channel = vscode.window.createOutputChannel("Inkling", { log: true });
	const write = (level: "debug" | "info" | "warn" | "error") => (message: string) =>
		channel[level](message.split("\n").map(lineText).join("\n    "));
	return {
		debug: write("debug"),
		info: write("info"),
		warn: write("warn"),
		error: write("error"),
		show: () => channel.show(),
		dispose: () => channel.dispose(),
	};
}
