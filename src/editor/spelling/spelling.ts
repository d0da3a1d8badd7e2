/** Shows misspellings in visible documents as hints, and offers what was probably meant. */
import * as vscode from "vscode";
import type { Misspelling } from "../../domain/spelling.ts";
import type { Clock } from "../processes/clock.ts";
import type { CompletionServer } from "../processes/completionServer.ts";
import { commands } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { type Documents, isServed, onLanguageChanged, servedSchemes } from "../suggestions/documents.ts";
import { Findings } from "./findings.ts";

export interface SpellingParts {
	readonly server: Pick<CompletionServer, "ready" | "spell">;
	readonly documents: Pick<Documents, "ensureOpen">;
	readonly settings: Pick<Settings, "spelling" | "allowSpelling" | "onDidChange">;
	readonly clock: Clock;
}

/** A pause in which a document is checked. It is also the least time between two checks. */
const pauseMilliseconds = 1_000;

/** What names our diagnostics. */
const source = "Inkling";
const code = "spelling";

interface Checked {
	readonly document: vscode.TextDocument;
	readonly findings: Findings;
	/** That was checked, as a whole; undefined: none. */
	version: number | undefined;
}

export class Spelling implements vscode.Disposable, vscode.CodeActionProvider {
	readonly #parts: SpellingParts;
	readonly #diagnostics = vscode.languages.createDiagnosticCollection("inkling.spelling");
	readonly #checked = new Map<string, Checked>();
	readonly #disposables: readonly vscode.Disposable[];
	#cancelTimer: (() => void) | undefined;
	#isChecking = false;

	constructor(parts: SpellingParts) {
		this.#parts = parts;
		this.#disposables = [
			this.#diagnostics,
			vscode.languages.registerCodeActionsProvider(
				servedSchemes.map((scheme) => ({ scheme })),
				this,
				{ providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
			),
			vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event)),
			vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
			vscode.window.onDidChangeVisibleTextEditors(() => this.refresh()),
			onLanguageChanged(() => this.refresh()),
			// A cursor that leaves a word lets it be shown.
			vscode.window.onDidChangeTextEditorSelection(() => {
				for (const { document } of vscode.window.visibleTextEditors) this.#show(document);
			}),
			parts.settings.onDidChange(() => this.#settingsChanged()),
		];
	}

	/** The misspellings that are shown in a document. */
	shown(uri: vscode.Uri): readonly vscode.Diagnostic[] {
		return this.#diagnostics.get(uri) ?? [];
	}

	/** The models have changed, or the documents that are visible: those not checked yet are checked after a pause. */
	refresh(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = this.#parts.clock.after(pauseMilliseconds, () => {
			this.#cancelTimer = undefined;
			void this.#check();
		});
	}

	/** Another model may find other words: all is checked again. */
	recheck(): void {
		for (const checked of this.#checked.values()) checked.version = undefined;
		this.refresh();
	}

	provideCodeActions(
		document: vscode.TextDocument,
		_range: vscode.Range,
		{ diagnostics }: vscode.CodeActionContext,
	): vscode.CodeAction[] {
		return diagnostics
			.filter((diagnostic) => diagnostic.source === source && diagnostic.code === code)
			.flatMap((diagnostic) => this.#actions(document, diagnostic));
	}

	/** Takes a word as right, in the settings of the workspace, or only in one file of it. */
	async allow(word: string, uri: vscode.Uri, isForFile: boolean): Promise<void> {
		await this.#parts.settings.allowSpelling(word, uri, isForFile);
	}

	dispose(): void {
		this.#cancelTimer?.();
		for (const disposable of this.#disposables) disposable.dispose();
	}

	#actions(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): vscode.CodeAction[] {
		const word = document.getText(diagnostic.range);
		const changes = (suggestionsOf.get(diagnostic) ?? this.#suggestions(document, diagnostic)).map((suggestion, at) => {
			const action = quickFix(vscode.l10n.t("Change to “{word}”", { word: suggestion }), diagnostic);
			action.edit = new vscode.WorkspaceEdit();
			action.edit.replace(document.uri, diagnostic.range, suggestion);
			action.isPreferred = at === 0;
			return action;
		});
		const add = quickFix(vscode.l10n.t("Add “{word}” to the dictionary", { word }), diagnostic);
		add.command = { command: commands.addToDictionary, title: add.title, arguments: [word, document.uri] };
		const ignore = quickFix(vscode.l10n.t("Ignore “{word}” in this file", { word }), diagnostic);
		ignore.command = { command: commands.ignoreSpelling, title: ignore.title, arguments: [word, document.uri] };
		return [...changes, add, ignore];
	}

	/** VS Code hands diagnostics back as copies. */
	#suggestions(document: vscode.TextDocument, { range }: vscode.Diagnostic): readonly string[] {
		const own = this.shown(document.uri).find((one) => one.range.isEqual(range));
		return own === undefined ? [] : (suggestionsOf.get(own) ?? []);
	}

	#changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
		if (contentChanges.length === 0 || !isServed(document)) return;
		const checked = this.#checked.get(document.uri.toString());
		if (checked !== undefined) {
			checked.findings.change(contentChanges.map(({ range: { start, end }, text }) => ({ start, end, text })));
			this.#show(document);
		}
		this.refresh();
	}

	#forget(document: vscode.TextDocument): void {
		this.#checked.delete(document.uri.toString());
		this.#diagnostics.delete(document.uri);
	}

	#settingsChanged(): void {
		for (const checked of [...this.#checked.values()]) {
			const { document } = checked;
			const { scope } = this.#parts.settings.spelling(document);
			if (scope === null) this.#forget(document);
			else {
				// The scope may be another one.
				checked.version = undefined;
				this.#show(document);
			}
		}
		this.refresh();
	}

	/** Checks each visible document that has changed, one after the other. */
	async #check(): Promise<void> {
		// The process may be busy for long; what has changed meanwhile is checked after it.
		if (this.#isChecking) return this.refresh();
		this.#isChecking = true;
		let isWhole = true;
		try {
			const documents = new Set(vscode.window.visibleTextEditors.map(({ document }) => document));
			for (const document of documents) isWhole = (await this.#checkOne(document)) && isWhole;
		} finally {
			this.#isChecking = false;
		}
		if (!isWhole) this.refresh();
	}

	/** False if there is more to check. */
	async #checkOne(document: vscode.TextDocument): Promise<boolean> {
		const { server, documents, settings } = this.#parts;
		const { scope } = settings.spelling(document);
		const id = document.uri.toString();
		const { version, languageId } = document;
		if (scope === null || !isServed(document) || this.#checked.get(id)?.version === version) return true;
		// Nothing is started for this.
		if (!server.ready || !documents.ensureOpen(document)) return true;
		const found = await server.spell(id, version, scope);
		if (found === null || document.isClosed) return true;
		// A change has come in between; the pause after it leads here again.
		if (document.version !== version || document.languageId !== languageId) return true;
		const checked = this.#checked.get(id) ?? { document, findings: new Findings(), version: undefined };
		this.#checked.set(id, checked);
		checked.version = found.isWhole ? version : undefined;
		checked.findings.set(found.misspellings);
		this.#show(document);
		return found.isWhole;
	}

	#show(document: vscode.TextDocument): void {
		const checked = this.#checked.get(document.uri.toString());
		if (checked === undefined) return;
		const { isAllowed } = this.#parts.settings.spelling(document);
		const visible = checked.findings.visible(cursorsIn(document), (word) => !isAllowed(word));
		const present = this.shown(document.uri);
		const isSame =
			present.length === visible.length && visible.every((one, i) => present[i]?.range.isEqual(rangeOf(one)));
		if (!isSame) this.#diagnostics.set(document.uri, visible.map(diagnosticOf));
	}
}

/** What was probably meant, of each diagnostic that was made. */
const suggestionsOf = new WeakMap<vscode.Diagnostic, readonly string[]>();

function diagnosticOf(misspelling: Misspelling): vscode.Diagnostic {
	const { word, suggestions } = misspelling;
	const message = vscode.l10n.t("“{word}” is probably a misspelling of “{meant}”.", {
		word,
		meant: suggestions[0] ?? "",
	});
	const diagnostic = new vscode.Diagnostic(rangeOf(misspelling), message, vscode.DiagnosticSeverity.Hint);
	diagnostic.source = source;
	diagnostic.code = code;
	suggestionsOf.set(diagnostic, suggestions);
	return diagnostic;
}

function quickFix(title: string, diagnostic: vscode.Diagnostic): vscode.CodeAction {
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
	action.diagnostics = [diagnostic];
	return action;
}

function rangeOf({ line, start, end }: Misspelling): vscode.Range {
	return new vscode.Range(new vscode.Position(line, start), new vscode.Position(line, end));
}

function cursorsIn(document: vscode.TextDocument): vscode.Position[] {
	return vscode.window.visibleTextEditors
		.filter((editor) => editor.document === document)
		.flatMap(({ selections }) => selections.map(({ active }) => active));
}
