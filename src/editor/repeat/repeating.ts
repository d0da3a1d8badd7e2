/** Repeats the change just made: tells the engine what the user changes, shows what it finds, and makes it on request. */
import * as vscode from "vscode";
import type { Place } from "../../repeat/candidate.ts";
import { type Cause, Repeats } from "../../repeat/repeats.ts";
import type { Clock } from "../processes/clock.ts";
import { contextKeys } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { isServed, onLanguageChanged, servedSchemes } from "../suggestions/documents.ts";
import { choosePlaces, documentOf } from "./choice.ts";
import { RepeatHint, rangeOf } from "./hint.ts";

/** After so long without a key a replacement counts as finished; typing on takes this back. */
const pauseMilliseconds = 500;
/** UTF-16 units looked through at once: well under the two milliseconds that an event may take. */
const sliceCharacters = 20_000;
/** UTF-16 units. To read a larger document takes longer than an event may. */
const largestDocument = 2 ** 19;

export interface RepeatingParts {
	readonly settings: Pick<Settings, "suggestions" | "onDidChange">;
	readonly clock: Clock;
}

export class Repeating implements vscode.InlineCompletionItemProvider, vscode.Disposable {
	readonly #parts: RepeatingParts;
	readonly #repeats = new Repeats();
	readonly #view = new RepeatHint();
	readonly #disposables: vscode.Disposable[];
	#cancel: (() => void) | undefined;
	/** What is shown now. */
	#hint: Place | undefined;
	#canRepeat = false;
	/** The last repeat that was asked for. */
	#repeated: Promise<boolean> = Promise.resolve(false);

	constructor(parts: RepeatingParts) {
		this.#parts = parts;
		this.#disposables = [
			this.#view,
			vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event)),
			vscode.workspace.onDidCloseTextDocument((document) => this.#repeats.close(document.uri.toString())),
			vscode.window.onDidChangeActiveTextEditor(() => this.#laterOn(0)),
			onLanguageChanged(() => this.#laterOn(0)),
			vscode.window.onDidChangeTextEditorSelection(() => this.#laterOn(pauseMilliseconds)),
			parts.settings.onDidChange(() => this.#settingsChanged()),
			vscode.languages.registerInlineCompletionItemProvider(
				servedSchemes.map((scheme) => ({ scheme })),
				this,
			),
		];
		this.#laterOn(0);
	}

	/** The place that is shown, for tests. */
	get hint(): Place | undefined {
		return this.#hint;
	}

	/** Whether changes of a document are noted; for tests. */
	watches(uri: string): boolean {
		return this.#repeats.has(uri);
	}

	/**
	 * Makes the change at the place that is shown, or else at the next one; resolves to whether there was one. A key that is
	 * pressed again before that is done means the place after.
	 */
	repeat(): Promise<boolean> {
		const repeated = this.#repeated.then(() => this.#repeat());
		this.#repeated = repeated.catch(() => false);
		return repeated;
	}

	async #repeat(): Promise<boolean> {
		const editor = vscode.window.activeTextEditor;
		if (!editor || !this.#isOn(editor.document)) return false;
		this.#settle(editor.document);
		const { line, character } = editor.selection.active;
		const place = this.#hint ?? this.#repeats.next(editor.document.uri.toString(), { line, character });
		if (!place) return false;
		const target = await this.#editorOf(place, editor);
		const range = rangeOf(place);
		if (target.document.getText(range) !== place.old) return false;
		this.#repeats.take([place]);
		const isMade = await target.edit((edit) => edit.replace(range, place.new));
		if (!isMade) return false;
		const end = new vscode.Position(place.line, place.start + place.new.length);
		target.selection = new vscode.Selection(end, end);
		target.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
		this.#settle(target.document);
		this.#show(end);
		return true;
	}

	/** Makes the change at all places that the user chooses from a list; resolves to how many there were. */
	async repeatEverywhere(): Promise<number> {
		const editor = vscode.window.activeTextEditor;
		if (!editor || !this.#isOn(editor.document)) return 0;
		this.#settle(editor.document);
		const { places, likelyPlaces } = this.#repeats;
		const versions = new Map(places.map((place) => [place, documentOf(place)?.version]));
		const chosen = await choosePlaces(places, likelyPlaces);
		// Where a document has changed meanwhile, other text may stand at the place.
		const present = chosen.filter((place) => documentOf(place) && documentOf(place)?.version === versions.get(place));
		if (present.length === 0) return 0;
		const edit = new vscode.WorkspaceEdit();
		for (const place of present) edit.replace(vscode.Uri.parse(place.document), rangeOf(place), place.new);
		this.#repeats.take(present);
		return (await vscode.workspace.applyEdit(edit)) ? present.length : 0;
	}

	/** The user does not want the hint, nor others of its kind. */
	dismiss(): void {
		this.#repeats.pass();
		this.#hide();
		this.#laterOn(0);
	}

	/** An insertion at the cursor is shown as ghost text. */
	provideInlineCompletionItems(
		document: vscode.TextDocument,
		position: vscode.Position,
	): vscode.InlineCompletionItem[] | undefined {
		const hint = this.#hint;
		const isHere = hint?.document === document.uri.toString() && hint.line === position.line;
		if (!isHere || hint.old !== "" || hint.start !== position.character) return undefined;
		return [new vscode.InlineCompletionItem(hint.new, new vscode.Range(position, position))];
	}

	dispose(): void {
		this.#cancel?.();
		this.#hide();
		for (const disposable of this.#disposables) disposable.dispose();
	}

	#changed({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
		const id = document.uri.toString();
		if (contentChanges.length === 0 || !this.#repeats.has(id)) return;
		const changes = contentChanges.map(({ range: { start, end }, text }) => ({
			start: { line: start.line, character: start.character },
			end: { line: end.line, character: end.character },
			text,
		}));
		this.#repeats.change(id, changes, causeOf(document, contentChanges, reason));
		this.#hide();
		this.#laterOn(pauseMilliseconds);
	}

	#settingsChanged(): void {
		const watched = vscode.workspace.textDocuments.filter((document) => this.#isOn(document));
		// Who turns it off and on begins anew.
		if (watched.length === 0) this.#repeats.clear();
		this.#hide();
		this.#laterOn(0);
	}

	#isOn(document: vscode.TextDocument): boolean {
		if (!isServed(document)) return false;
		const { enabled, repeats } = this.#parts.settings.suggestions(document);
		return enabled && repeats;
	}

	/** Once the user pauses, what was typed is a replacement, and is searched for slice by slice. */
	#laterOn(milliseconds: number): void {
		this.#cancel?.();
		this.#cancel = this.#parts.clock.after(milliseconds, () => {
			this.#cancel = undefined;
			const editor = vscode.window.activeTextEditor;
			if (!editor || !this.#isOn(editor.document)) {
				this.#hide();
				this.#setCanRepeat(false);
				return;
			}
			this.#watch(editor.document);
			this.#repeats.settle();
			this.#searchOn(editor.document.uri.toString());
		});
	}

	#searchOn(document: string): void {
		if (this.#repeats.search(sliceCharacters, document)) {
			const editor = vscode.window.activeTextEditor;
			if (editor?.document.uri.toString() === document) this.#show(editor.selection.active);
			return;
		}
		this.#cancel = this.#parts.clock.after(0, () => this.#searchOn(document));
	}

	/** All at once: the user waits for it. */
	#settle(document: vscode.TextDocument): void {
		this.#cancel?.();
		this.#cancel = undefined;
		this.#watch(document);
		this.#repeats.settle();
		this.#repeats.search(Number.POSITIVE_INFINITY, document.uri.toString());
	}

	/** Documents are watched from the first time they are looked at until they are closed. */
	#watch(document: vscode.TextDocument): void {
		const id = document.uri.toString();
		if (this.#repeats.has(id)) return;
		const end = document.lineAt(document.lineCount - 1).range.end;
		if (document.offsetAt(end) > largestDocument) return;
		this.#repeats.open(id, document.uri.path, document.getText().split(/\r\n|\r|\n/));
	}

	#show({ line, character }: vscode.Position): void {
		const editor = vscode.window.activeTextEditor;
		if (!editor) return;
		const hint = this.#repeats.hint(editor.document.uri.toString(), { line, character });
		const { places } = this.#repeats;
		this.#setCanRepeat(places.length > 0);
		if (!hint) {
			this.#hide();
			return;
		}
		const isSame = JSON.stringify(hint) === JSON.stringify(this.#hint);
		this.#hint = hint;
		if (isSame) return;
		this.#view.show(editor, hint, places.length - 1, false);
		void this.#offerRename(editor, hint, places.length - 1);
		const isAtCursor = hint.old === "" && hint.line === line && hint.start === character;
		if (isAtCursor) void vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
	}

	/** Where a language extension can rename what stands there, its rename is offered too: it knows what the name means. */
	async #offerRename(editor: vscode.TextEditor, hint: Place, others: number): Promise<void> {
		if (!/^[\p{L}\p{N}_$]+$/u.test(hint.old) || !/^[\p{L}\p{N}_$]+$/u.test(hint.new)) return;
		try {
			const at = rangeOf(hint).start;
			const prepared = await vscode.commands.executeCommand("vscode.prepareRename", editor.document.uri, at);
			if (prepared && this.#hint === hint) this.#view.show(editor, hint, others, true);
		} catch {
			// No extension can rename here.
		}
	}

	#hide(): void {
		this.#hint = undefined;
		this.#view.hide();
	}

	#setCanRepeat(value: boolean): void {
		if (this.#canRepeat === value) return;
		this.#canRepeat = value;
		void vscode.commands.executeCommand("setContext", contextKeys.canRepeat, value);
	}

	async #editorOf({ document }: Place, active: vscode.TextEditor): Promise<vscode.TextEditor> {
		if (active.document.uri.toString() === document) return active;
		return await vscode.window.showTextDocument(vscode.Uri.parse(document));
	}
}

/**
 * Who made a change. The user's are single, and touch the one cursor, which the editor moves after it has told of the change.
 * Formatters, other programs and several cursors do not.
 */
function causeOf(
	document: vscode.TextDocument,
	changes: readonly vscode.TextDocumentContentChangeEvent[],
	reason: vscode.TextDocumentChangeReason | undefined,
): Cause {
	if (reason === vscode.TextDocumentChangeReason.Undo) return "undo";
	const editor = vscode.window.activeTextEditor;
	const [change] = changes;
	if (reason !== undefined || editor?.document !== document || editor.selections.length !== 1) return "other";
	if (changes.length !== 1 || !change) return "other";
	return change.range.intersection(editor.selection) === undefined ? "other" : "user";
}
