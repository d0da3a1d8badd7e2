/** Shows in the editor where the change just made can be repeated: a text behind the line, and an item in the status bar. */
import * as vscode from "vscode";
import { headOf, visibleText } from "../../platform/visibleText.ts";
import type { Place } from "../../repeat/candidate.ts";
import { commands, repeatItemId } from "../settings/names.ts";
import { Hover, iconText, type Link } from "../shown.ts";

/** Longer texts would push each other out of view. UTF-16 units. */
const longestShown = 40;

export class RepeatHint implements vscode.Disposable {
	/** Colours that every theme has, also those of high contrast. */
	readonly #decoration = vscode.window.createTextEditorDecorationType({
		border: "1px dashed",
		borderColor: new vscode.ThemeColor("editorInfo.foreground"),
		// The colour of ghost text is missing in high contrast, and the text would be invisible there.
		after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), fontStyle: "italic" },
		rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
	});
	readonly #end = vscode.window.createTextEditorDecorationType({
		after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), fontStyle: "italic" },
	});
	readonly #item = vscode.window.createStatusBarItem(repeatItemId, vscode.StatusBarAlignment.Right);
	#editor: vscode.TextEditor | undefined;

	constructor() {
		this.#item.name = vscode.l10n.t("Inkling: Repeat");
		this.#item.command = commands.repeat;
	}

	/**
	 * @param others how many other places there are
	 * @param canRename a language extension can rename what stands there
	 */
	show(editor: vscode.TextEditor, place: Place, others: number, canRename: boolean): void {
		this.hide();
		this.#editor = editor;
		const sentence = sentenceOf(place);
		const hover = hoverOf(editor.document, place, sentence, canRename);
		const range = rangeOf(place);
		const end = editor.document.lineAt(place.line).range.end;
		editor.setDecorations(this.#decoration, [{ range, hoverMessage: hover }]);
		const behind = { range: new vscode.Range(end, end), hoverMessage: hover };
		editor.setDecorations(this.#end, [
			{ ...behind, renderOptions: { after: { contentText: `\u2003${textOf(place)}`, margin: "0 0 0 1ch" } } },
		]);
		this.#item.text = iconText("replace-all", `${others + 1}`);
		this.#item.tooltip = hover;
		this.#item.accessibilityInformation = {
			label: vscode.l10n.t("Inkling can repeat your change in line {line}: {change}", {
				line: place.line + 1,
				change: sentence,
			}),
		};
		this.#item.show();
	}

	hide(): void {
		this.#editor?.setDecorations(this.#decoration, []);
		this.#editor?.setDecorations(this.#end, []);
		this.#editor = undefined;
		this.#item.hide();
	}

	dispose(): void {
		this.#decoration.dispose();
		this.#end.dispose();
		this.#item.dispose();
	}
}

export function rangeOf({ line, start, end }: Place): vscode.Range {
	return new vscode.Range(new vscode.Position(line, start), new vscode.Position(line, end));
}

function textOf(place: Place): string {
	const old = short(place.old);
	const now = short(place.new);
	if (place.old === "") return `+ ${now}`;
	return place.new === "" ? `− ${old}` : `${old} → ${now}`;
}

/** In words, for those who listen. */
export function sentenceOf(place: Place): string {
	const old = short(place.old);
	const now = short(place.new);
	if (place.old === "") return vscode.l10n.t("insert {text}", { text: now });
	if (place.new === "") return vscode.l10n.t("delete {text}", { text: old });
	return vscode.l10n.t("replace {old} by {new}", { old, new: now });
}

function short(text: string): string {
	const trimmed = text.trim();
	return visibleText(trimmed.length > longestShown ? `${headOf(trimmed, longestShown)}…` : trimmed);
}

function hoverOf(
	document: vscode.TextDocument,
	place: Place,
	sentence: string,
	canRename: boolean,
): vscode.MarkdownString {
	const rename = "editor.action.rename";
	const links: Link[] = [
		{ title: vscode.l10n.t("Repeat Here"), command: commands.repeat },
		{ title: vscode.l10n.t("All Places…"), command: commands.repeatEverywhere },
		{ title: vscode.l10n.t("Dismiss"), command: commands.dismissRepeat },
	];
	if (canRename) {
		const args = [document.uri, { lineNumber: place.line + 1, column: place.start + 1 }];
		links.unshift({ title: vscode.l10n.t("Rename Symbol…"), command: rename, args });
	}
	return new Hover([commands.repeat, commands.repeatEverywhere, commands.dismissRepeat, rename])
		.paragraph(vscode.l10n.t("Repeat your change: {change}", { change: sentence }))
		.links(links).markdown;
}
