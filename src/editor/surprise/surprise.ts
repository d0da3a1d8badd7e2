/** *Show Surprise*: shades what the model did not expect, says what it expected instead, and lists the lines that stand out. */
import * as vscode from "vscode";
import type { ExpectedText, SurpriseAnswer } from "../../domain/surprise.ts";
import type { Clock } from "../processes/clock.ts";
import type { CompletionServer } from "../processes/completionServer.ts";
import { isRefused } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import { Hover, showBusy, showInformation, showList } from "../shown.ts";
import { Format } from "../status/format.ts";
import { type Documents, isServed, isTooLarge, onLanguageChanged, servedSchemes } from "../suggestions/documents.ts";
import { rangeOf, Shades } from "./shades.ts";

const format = new Format(vscode.env.language);

export interface SurpriseParts {
	readonly server: Pick<CompletionServer, "ready" | "whenReady"> & {
		readonly questions: Pick<CompletionServer["questions"], "surprise" | "expect" | "surpriseOff">;
	};
	readonly documents: Pick<Documents, "ensureOpen">;
	readonly settings: Pick<Settings, "isForcedOff" | "onDidChange">;
	readonly clock: Clock;
}

/** A pause after an edit, or after looking elsewhere, in which a document is measured: that takes a second of idle time. */
const pauseMilliseconds = 2_000;
/** Who asks waits for a process that starts. */
const startMilliseconds = 10_000;
/** UTF-16 units of a line in the list. */
const longestLabel = 120;

interface Measured {
	readonly version: number;
	readonly answer: SurpriseAnswer;
}

export class Surprise implements vscode.HoverProvider, vscode.Disposable {
	readonly #parts: SurpriseParts;
	readonly #disposables: vscode.Disposable[];
	/** By document. Nothing is kept while surprise is not shown. */
	readonly #measured = new Map<vscode.TextDocument, Measured>();
	/** Undefined: surprise is not shown. */
	#shades: Shades | undefined;
	#cancelTimer: (() => void) | undefined;
	#isAsking = false;

	constructor(parts: SurpriseParts) {
		this.#parts = parts;
		this.#disposables = [
			vscode.languages.registerHoverProvider(
				servedSchemes.map((scheme) => ({ scheme })),
				this,
			),
			vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
				if (contentChanges.length > 0 && this.#measured.has(document)) this.#later();
			}),
			vscode.workspace.onDidCloseTextDocument((document) => this.#measured.delete(document)),
			onLanguageChanged(() => this.#later(0)),
			vscode.window.onDidChangeVisibleTextEditors(() => {
				this.#draw();
				this.#later(0);
			}),
			vscode.window.onDidChangeTextEditorVisibleRanges(() => this.#later()),
			parts.settings.onDidChange(() => {
				if (parts.settings.isForcedOff()) this.#turnOff();
			}),
		];
	}

	get isOn(): boolean {
		return this.#shades !== undefined;
	}

	/** What is shown of a document; undefined: nothing yet. */
	shown(document: vscode.TextDocument): SurpriseAnswer | undefined {
		return this.#measured.get(document)?.answer;
	}

	/** Turns the shades on or off; resolves to whether they are on. */
	async toggle(): Promise<boolean> {
		if (isRefused(this.#parts.settings)) return false;
		if (this.isOn) {
			this.#turnOff();
			void showInformation(vscode.l10n.t("Surprise is off."));
			return false;
		}
		if (!(await this.#turnOn())) return false;
		void showInformation(
			vscode.workspace.isTrusted
				? vscode.l10n.t("Surprise is on: shading marks what was not expected.")
				: vscode.l10n.t("Surprise is on; untrusted, it knows no other files."),
		);
		return true;
	}

	/** Lists the lines of the active document that stand out; a choice leads to the line. Resolves to their number. */
	async listLines(): Promise<number> {
		const editor = vscode.window.activeTextEditor;
		if (isRefused(this.#parts.settings)) return 0;
		if (editor === undefined || !isMeasurable(editor.document)) {
			void showInformation(vscode.l10n.t("There is no text here whose surprise can be measured."));
			return 0;
		}
		if (!this.isOn && !(await this.#turnOn())) return 0;
		const { document } = editor;
		const measured = await showBusy(vscode.l10n.t("Measuring surprise"), () => this.#measure(editor));
		if (measured === undefined) {
			void showInformation(vscode.l10n.t("The surprise of this text could not be measured."));
			return 0;
		}
		const { lines, level } = measured.answer;
		if (lines.length === 0) {
			void showInformation(vscode.l10n.t("No line here is far more surprising than the others."));
			return 0;
		}
		const placeholder = vscode.l10n.t("This text has {level} bits per character. Choose a line to go there.", {
			level: format.short(level),
		});
		showList(
			vscode.l10n.t("Most Surprising Lines"),
			placeholder,
			lines.map(({ line, bitsPerCharacter }) => ({
				label: [line + 1, document.lineAt(line).text.trim().slice(0, longestLabel)].join(": "),
				description: vscode.l10n.t("{bits} bits per character", { bits: format.short(bitsPerCharacter) }),
				run: () => goTo(document, line),
			})),
		);
		return lines.length;
	}

	/** The models have changed: all is measured again. */
	remeasure(): void {
		this.#measured.clear();
		this.#later();
	}

	async provideHover(
		document: vscode.TextDocument,
		position: vscode.Position,
		token: vscode.CancellationToken,
	): Promise<vscode.Hover | undefined> {
		const measured = this.#measured.get(document);
		// After an edit the places are others.
		if (measured === undefined || measured.version !== document.version) return undefined;
		const word = measured.answer.words.find((one) => rangeOf(one).contains(position));
		if (word === undefined) return undefined;
		const place = { line: word.line, character: word.start };
		const expected = await this.#parts.server.questions.expect(document.uri.toString(), document.version, place);
		if (token.isCancellationRequested) return undefined;
		const hover = new Hover([]);
		hover.paragraph(
			vscode.l10n.t("The model did not expect this: {bits} bits per character, {level} in all of this text.", {
				bits: format.short(word.bitsPerCharacter),
				level: format.short(measured.answer.level),
			}),
		);
		if (expected.length > 0) hover.paragraph(vscode.l10n.t("It expected instead:")).list(expected.map(expectation));
		return new vscode.Hover(hover.markdown, rangeOf(word));
	}

	dispose(): void {
		this.#cancelTimer?.();
		this.#shades?.dispose();
		for (const disposable of this.#disposables) disposable.dispose();
	}

	async #turnOn(): Promise<boolean> {
		const { server } = this.#parts;
		if (!server.ready && !(await server.whenReady(startMilliseconds))) {
			void showInformation(vscode.l10n.t("No surprise is shown: the completion process is down."));
			return false;
		}
		this.#shades ??= new Shades();
		this.#later(0);
		return true;
	}

	#turnOff(): void {
		if (!this.isOn) return;
		this.#cancelTimer?.();
		this.#shades?.dispose();
		this.#shades = undefined;
		this.#measured.clear();
		this.#parts.server.questions.surpriseOff();
	}

	#later(milliseconds = pauseMilliseconds): void {
		if (!this.isOn) return;
		this.#cancelTimer?.();
		this.#cancelTimer = this.#parts.clock.after(milliseconds, () => void this.#measureVisible());
	}

	async #measureVisible(): Promise<void> {
		if (this.#isAsking) return this.#later();
		this.#isAsking = true;
		try {
			for (const editor of vscode.window.visibleTextEditors) if (this.isOn) await this.#measure(editor);
		} finally {
			this.#isAsking = false;
		}
	}

	/** Measures what was not measured of the text that an editor shows; undefined if that fails. */
	async #measure(editor: vscode.TextEditor): Promise<Measured | undefined> {
		const { document } = editor;
		const { server, documents } = this.#parts;
		const line = editor.visibleRanges[0]?.start.line ?? 0;
		const last = editor.visibleRanges[0]?.end.line ?? line;
		const known = this.#measured.get(document);
		const isKnown = known?.version === document.version && known.answer.from <= line && last < known.answer.to;
		if (isKnown) return known;
		if (!isMeasurable(document) || !server.ready || !documents.ensureOpen(document)) return undefined;
		const { version } = document;
		const middle = Math.floor((line + last) / 2);
		const answer = await server.questions.surprise(document.uri.toString(), version, middle);
		// A change has come in between; the pause after it leads here again.
		if (answer === null || document.isClosed || document.version !== version || !this.isOn) {
			if (document.version !== version) this.#later();
			return undefined;
		}
		const measured = { version, answer };
		this.#measured.set(document, measured);
		this.#draw();
		return measured;
	}

	/** What VS Code moves with the text stays until it is measured again. */
	#draw(): void {
		for (const editor of vscode.window.visibleTextEditors) {
			const measured = this.#measured.get(editor.document);
			if (measured?.version === editor.document.version) this.#shades?.show(editor, measured.answer.words);
		}
	}
}

function isMeasurable(document: vscode.TextDocument): boolean {
	return isServed(document) && !isTooLarge(document);
}

function expectation({ text, probability }: ExpectedText): string {
	const shown = text === "\n" ? vscode.l10n.t("the end of the line") : text;
	return vscode.l10n.t("{text} ({probability})", { text: shown, probability: format.percent(probability) });
}

async function goTo(document: vscode.TextDocument, line: number): Promise<void> {
	const editor = await vscode.window.showTextDocument(document);
	// The text may have become shorter since the list was made.
	const nearest = document.lineAt(Math.min(line, document.lineCount - 1));
	const position = new vscode.Position(nearest.lineNumber, nearest.firstNonWhitespaceCharacterIndex);
	editor.selection = new vscode.Selection(position, position);
	editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenter);
}
