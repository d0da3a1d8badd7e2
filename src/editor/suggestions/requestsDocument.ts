/** "Show Last Requests": a read-only document that says of each request what was found, what was shown, and why not. */
import * as vscode from "vscode";
import type { Verdict } from "../../domain/suggestions.ts";
import { ReadOnlyDocument } from "../readOnlyDocument.ts";
import { requestsScheme } from "../settings/names.ts";
import { Format } from "../status/format.ts";
import { refusalSentence } from "../status/sentences.ts";
import type { RequestLog, RequestRecord } from "./requestLog.ts";

const format = new Format(vscode.env.language);

const verdicts: Readonly<Record<Verdict, () => string>> = {
	shown: () => vscode.l10n.t("offered"),
	repeatsLine: () => vscode.l10n.t("repeats a line next to it"),
	unsure: () => vscode.l10n.t("not sure enough"),
	indents: () => vscode.l10n.t("begins with a tab stop"),
	same: () => vscode.l10n.t("says the same as another"),
	partOfAnother: () => vscode.l10n.t("beginning of another"),
	blank: () => vscode.l10n.t("only blanks, or nothing"),
	tooMany: () => vscode.l10n.t("others are better"),
};

export class RequestsDocument implements vscode.Disposable {
	readonly #requests: RequestLog;
	readonly #document = new ReadOnlyDocument(requestsScheme, vscode.l10n.t("Last Requests"));

	constructor(requests: RequestLog) {
		this.#requests = requests;
	}

	/** Opens the document with the requests up to now. */
	show(): Promise<vscode.TextDocument> {
		return this.#document.show(requestsText(this.#requests.records));
	}

	dispose(): void {
		this.#document.dispose();
	}
}

/** The newest request first; each is a paragraph. */
export function requestsText(records: readonly RequestRecord[]): readonly string[] {
	const title = vscode.l10n.t("The last requests for suggestions, newest first. They are kept in this window only.");
	if (records.length === 0) return [title, "", vscode.l10n.t("There was none yet.")];
	return [title, ...records.flatMap((record) => ["", ...paragraph(record)])];
}

function paragraph(record: RequestRecord): string[] {
	const { at, document, line, character, explicit, trace } = record;
	const place = `${vscode.workspace.asRelativePath(vscode.Uri.parse(document))}:${line + 1}:${character + 1}`;
	const who = explicit ? vscode.l10n.t("asked for") : vscode.l10n.t("while typing");
	const lines = [`${format.timeOfDay(at)}  ${place}  (${who})`, `    ${outcome(record)}`, `    ${times(record)}`];
	for (const { probability, verdict, text } of trace?.candidates ?? []) {
		const share = format.percent(probability).padStart(5);
		lines.push(`    ${share}  ${verdicts[verdict]().padEnd(32)}  ${visible(text)}`);
	}
	return lines;
}

function outcome({ texts, isContinued, refusal }: RequestRecord): string {
	const [text] = texts;
	if (text !== undefined) {
		return isContinued
			? vscode.l10n.t("Shown, the rest of an earlier suggestion: {0}", visible(text))
			: vscode.l10n.t("Shown: {0}", visible(text));
	}
	return refusal === undefined
		? vscode.l10n.t("Nothing: the request was overtaken by the next.")
		: vscode.l10n.t("Nothing: {0}.", refusalSentence(refusal));
}

function times({ took, waited, trace }: RequestRecord): string {
	const total = vscode.l10n.t("{0} in all", format.shortMilliseconds(took));
	if (trace === undefined) return total;
	const { context, search, display } = trace;
	const stages: readonly [name: string, milliseconds: number][] = [
		[vscode.l10n.t("waiting for the process"), waited],
		[vscode.l10n.t("reading the text before"), context],
		[vscode.l10n.t("search"), search],
		[vscode.l10n.t("choice"), display],
	];
	return `${total}: ${stages.map(([name, value]) => `${name} ${format.shortMilliseconds(value)}`).join(", ")}`;
}

/** On one line. Line ends, tabs, and blanks at both ends become visible. */
function visible(text: string): string {
	const marked = text.replaceAll("\n", "⏎").replaceAll("\t", "→");
	return marked.replaceAll(/^ +| +$/g, (blanks) => "·".repeat(blanks.length));
}
