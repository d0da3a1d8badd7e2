/** Ghost text: VS Code asks, the server answers, and what was shown is remembered. */
import * as vscode from "vscode";
import { isShowable, mayCompleteIn } from "../../completion/gate.ts";
import { type CursorLine, type Shown, ShownSuggestions } from "../../completion/shownSuggestions.ts";
import type { Suggestion } from "../../domain/suggestions.ts";
import type { TextChange } from "../../domain/text.ts";
import type { Clock } from "../processes/clock.ts";
import type { CompletionServer } from "../processes/completionServer.ts";
import { acceptedCommand } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { type Documents, isServed, isTooLarge, servedSchemes } from "./documents.ts";
import type { Refusal } from "./refusal.ts";
import { Rejections } from "./rejections.ts";
import { RequestLog, type RequestRecord } from "./requestLog.ts";
import type { StatisticsCounter } from "./statistics.ts";
import { type Offer, offerAfter, writtenPart } from "./writtenParts.ts";

/** The editor's own suggestions wait for ours: a late answer is worse than none. */
const AUTOMATIC_MILLISECONDS = 150;

/** Who asked for a suggestion would rather wait, even for a process that is starting again, than see nothing. */
const EXPLICIT_MILLISECONDS = 5_000;

/** Whoever types on sooner has not read the suggestion, and so has not turned it down. */
const READ_MILLISECONDS = 750;

/** An accepted suggestion that is gone again within this time was turned down. */
const REGRET_MILLISECONDS = 30_000;

/** Who listens to a screen reader hears a suggestion only after so long a pause in typing: most people's keys come faster. */
const pauseMilliseconds = 500;

/** Characters; what is shorter is typed sooner than heard. */
const leastAnnounced = 8;

/** What the editor asks, in the terms of this module. */
interface Request {
	readonly document: vscode.TextDocument;
	readonly position: vscode.Position;
	readonly place: CursorLine;
	/** The line over the cursor's. */
	readonly above: string;
	readonly explicit: boolean;
	/** What an accepted item replaces, up to the cursor, and the text of that range. */
	readonly range: vscode.Range;
	readonly replaced: string;
	/** What the suggestion must begin with: the rest of the item selected in the suggestion list. */
	readonly forced: string;
}

/** What the editor shows now, as far as can be known. */
interface OnScreen extends Offer {
	/** Identifier of the document's language. */
	readonly language: string;
	readonly shown: Shown;
	readonly since: number;
}

interface Accepted extends Offer {
	readonly at: number;
}

/** What a request has come to so far, for the log of requests. */
type Course = { -readonly [Key in "texts" | "isContinued" | "refusal" | "waited" | "trace"]: RequestRecord[Key] };

export interface ProviderParts {
	readonly server: CompletionServer;
	readonly documents: Documents;
	readonly settings: Settings;
	readonly statistics: StatisticsCounter;
	readonly clock: Clock;
	/** What *Continue Here* has written at a place. */
	continuation(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem | undefined;
}

export class InlineProvider implements vscode.InlineCompletionItemProvider, vscode.Disposable {
	readonly #parts: ProviderParts;
	/** What the last requests came to. */
	readonly requests = new RequestLog();
	readonly #recent = new ShownSuggestions();
	readonly #rejections = new Rejections();
	readonly #disposables: vscode.Disposable[];
	#onScreen: OnScreen | undefined;
	#accepted: Accepted | undefined;
	#refusal: Refusal | undefined;
	#refusals = 0;
	/** What the last edit inserted, if it was counted as words, and the suggestion before that. */
	#words: { readonly text: string; readonly of: OnScreen } | undefined;

	constructor(parts: ProviderParts) {
		this.#parts = parts;
		this.#disposables = [
			vscode.languages.registerInlineCompletionItemProvider(
				servedSchemes.map((scheme) => ({ scheme })),
				this,
			),
			vscode.commands.registerCommand(acceptedCommand, (text: string) => this.#accept(text)),
			parts.documents.onDidEdit(({ document, changes }) => {
				this.#notePart(document, changes);
				this.#recent.edited(document, changes);
			}),
			parts.documents.onDidDiscard((document) => this.#discard(document)),
			parts.settings.onDidChange(() => this.forget()),
		];
	}

	/** Why the last request was answered with nothing; undefined if it was not. */
	get refusal(): Refusal | undefined {
		return this.#refusal;
	}

	/** How many requests were answered with nothing so far, without those that were overtaken. */
	get refusals(): number {
		return this.#refusals;
	}

	/** Suggestions of another model, or under other settings, are not gone on with. */
	forget(): void {
		this.#recent.clear();
		this.#onScreen = undefined;
	}

	provideInlineCompletionItems(
		document: vscode.TextDocument,
		position: vscode.Position,
		context: vscode.InlineCompletionContext,
		token: vscode.CancellationToken,
	): vscode.ProviderResult<vscode.InlineCompletionItem[]> {
		const continuation = this.#parts.continuation(document, position);
		// It was asked for by the user, not suggested: nothing is counted or held against it.
		if (continuation !== undefined) return [continuation];
		const begun = this.#parts.clock.now();
		const course: Course = { texts: [], isContinued: false, refusal: undefined, waited: 0, trace: undefined };
		const note = (): void =>
			this.requests.add({
				at: Date.now(),
				document: document.uri.toString(),
				line: position.line,
				character: position.character,
				explicit: context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke,
				...course,
				took: this.#parts.clock.now() - begun,
			});
		const result = this.#answer(document, position, context, token, course);
		if (result instanceof Promise) return result.finally(note);
		note();
		return result;
	}

	#answer(
		document: vscode.TextDocument,
		position: vscode.Position,
		context: vscode.InlineCompletionContext,
		token: vscode.CancellationToken,
		course: Course,
	): vscode.InlineCompletionItem[] | null | Promise<vscode.InlineCompletionItem[] | null> {
		const request = this.#read(document, position, context);
		if (typeof request === "string") return this.#refuse(request, course);
		this.#noteRejections(request);
		const known = this.#recent.continueAt(request.place, request.forced, (line) => document.lineAt(line).text);
		if (known && !request.explicit) {
			if (this.#isRejected(request, known.text)) return this.#refuse("rejected", course);
			if (this.#parts.settings.suggestions(document).isAnnounced) return this.#refuse("announced", course);
			course.isContinued = true;
			course.texts = [known.text];
			return [this.#show(request, known.text, known.shown)];
		}
		return this.#ask(request, known?.text, token, course);
	}

	dispose(): void {
		for (const disposable of this.#disposables) disposable.dispose();
	}

	/** The reasons for silence that need no model, cheapest first; else what is asked. */
	#read(
		document: vscode.TextDocument,
		position: vscode.Position,
		{ triggerKind, selectedCompletionInfo }: vscode.InlineCompletionContext,
	): Request | Refusal {
		if (!isServed(document)) return "notServed";
		const { enabled, trigger } = this.#parts.settings.suggestions(document);
		const explicit = triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
		if (!enabled) return "disabled";
		if (!explicit && trigger === "onRequest") return "onRequest";
		if (vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false) return "readOnly";
		const line = document.lineAt(position.line).text;
		const before = line.slice(0, position.character);
		const after = line.slice(position.character);
		if (!mayCompleteIn(before, after)) return "longLine";
		const editor = vscode.window.activeTextEditor;
		if (editor?.document === document && (editor.selections.length > 1 || !editor.selection.isEmpty))
			return "selections";
		if (isTooLarge(document)) return "tooLarge";
		const request = {
			document,
			position,
			place: { document: document.uri.toString(), line: position.line, before, after },
			above: position.line > 0 ? document.lineAt(position.line - 1).text : "",
			explicit,
		};
		// From the start of the line: a range that ends words at the cursor makes ghost text jump when a word is accepted.
		const whole = new vscode.Range(position.with({ character: 0 }), position);
		if (!selectedCompletionInfo) return { ...request, range: whole, replaced: before, forced: "" };
		const { range, text } = selectedCompletionInfo;
		const replaced = document.getText(range);
		if (!range.isSingleLine || !range.end.isEqual(position) || !text.startsWith(replaced)) return "widget";
		return { ...request, range, replaced, forced: text.slice(replaced.length) };
	}

	async #ask(
		request: Request,
		known: string | undefined,
		token: vscode.CancellationToken,
		course: Course,
	): Promise<vscode.InlineCompletionItem[] | null> {
		const { server, documents, settings, statistics, clock } = this.#parts;
		const { document, explicit, forced, position } = request;
		const { threshold, maxAlternatives, isAnnounced } = settings.suggestions(document);
		if (isAnnounced && !explicit && !(await this.#pause(token))) return this.#refuse("cancelled", course);
		const limit = explicit ? EXPLICIT_MILLISECONDS : AUTOMATIC_MILLISECONDS;
		const deadline = clock.now() + limit;
		const version = document.version;
		const begun = clock.now();
		if (!server.ready && !(await server.whenReady(limit))) return this.#refuse("serverDown", course);
		course.waited = clock.now() - begun;
		if (token.isCancellationRequested || document.isClosed || document.version !== version)
			return this.#refuse("cancelled", course);
		if (!documents.ensureOpen(document)) return this.#refuse("serverDown", course);

		const { answer, cancel } = server.ask(
			{
				document: request.place.document,
				version,
				position: { line: position.line, character: position.character },
				explicit,
				count: explicit ? maxAlternatives : 1,
				threshold,
				forced,
			},
			deadline - clock.now(),
		);
		const listener = token.onCancellationRequested(cancel);
		const { suggestions, silence, milliseconds, trace } = await answer;
		course.trace = trace;
		listener.dispose();
		if (token.isCancellationRequested) return this.#refuse("cancelled", course);
		if (silence === undefined) statistics.answered(milliseconds, document.languageId);
		if (silence === "unknownDocument" || silence === "stale") documents.forget(document);

		const presentable = this.#presentable(request, known, suggestions);
		const texts = explicit ? presentable : presentable.slice(0, 1);
		const [text] = texts;
		if (text === undefined) return this.#refuse(silence ?? (explicit || forced ? "unsure" : "rejected"), course);
		if (isAnnounced && !explicit && [...text].length < leastAnnounced) return this.#refuse("tooShort", course);
		course.texts = texts;
		const shown: Shown = { place: request.place, texts, at: clock.now() };
		this.#recent.add(shown);
		statistics.shown(text, document.languageId);
		const first = this.#show(request, text, shown);
		return [first, ...texts.slice(1).map((other) => this.#item(request, other))];
	}

	/** Waits for a pause in typing; false if there was none. */
	#pause(token: vscode.CancellationToken): Promise<boolean> {
		return new Promise((resolve) => {
			const done = (isPaused: boolean): void => {
				stop();
				listener.dispose();
				resolve(isPaused);
			};
			const stop = this.#parts.clock.after(pauseMilliseconds, () => done(true));
			const listener = token.onCancellationRequested(() => done(false));
		});
	}

	/** Texts for the cursor, what is on the screen first; none that the editor could not show. */
	#presentable(request: Request, known: string | undefined, suggestions: readonly Suggestion[]): string[] {
		const { document, place, forced, explicit } = request;
		const candidates = suggestions.map(({ text }) => text);
		if (known !== undefined) candidates.unshift(known);
		const tabSize = tabSizeOf(document);
		return [...new Set(candidates)].filter(
			(text) =>
				text.startsWith(forced) &&
				text.length > forced.length &&
				isShowable(text, place.before, tabSize) &&
				(explicit || !this.#isRejected(request, text)),
		);
	}

	#show(request: Request, text: string, shown: Shown): vscode.InlineCompletionItem {
		this.#refusal = undefined;
		const { place, above, document } = request;
		if (this.#onScreen?.text !== text || this.#onScreen.place.before !== place.before)
			this.#onScreen = { place, above, text, shown, language: document.languageId, since: this.#parts.clock.now() };
		return this.#item(request, text);
	}

	#item({ range, replaced }: Request, text: string): vscode.InlineCompletionItem {
		return new vscode.InlineCompletionItem(replaced + text, range, {
			command: acceptedCommand,
			title: "",
			arguments: [text],
		});
	}

	#refuse(refusal: Refusal, course: Course): null {
		// A request that was overtaken says nothing about why the next shows nothing.
		if (refusal !== "cancelled") {
			this.#refusal = refusal;
			this.#refusals++;
			course.refusal = refusal;
		}
		return null;
	}

	/** `text` need not be what was shown first. */
	#accept(text: string): void {
		// Depending on its version, VS Code replaces the line's beginning or only inserts what is new.
		const words = this.#words;
		this.#words = undefined;
		const isWhole = words?.text === text;
		const onScreen = isWhole ? words.of : this.#onScreen;
		const language = onScreen?.language ?? "";
		if (isWhole) this.#parts.statistics.tookNoWords(text, language);
		this.#parts.statistics.accepted(text, language);
		if (!onScreen) return;
		const { place, above, shown } = onScreen;
		this.#accepted = { place, above, text, at: this.#parts.clock.now() };
		this.#recent.remove(shown);
		this.#onScreen = undefined;
	}

	/** Learns from where the cursor is now what became of the last suggestion. */
	#noteRejections({ place, above }: Request): void {
		const now = this.#parts.clock.now();
		if (this.#onScreen) {
			const { place: origin, text, shown, since, language } = this.#onScreen;
			const sameLine = origin.document === place.document && origin.line === place.line;
			const onTheWay = (origin.before + text).startsWith(place.before) && place.before.startsWith(shown.place.before);
			if (!sameLine || !onTheWay) {
				// What was typed of it before the first other character speaks for it.
				const untouched = origin.before === shown.place.before;
				if (sameLine && untouched && now - since >= READ_MILLISECONDS) this.#reject(this.#onScreen);
				if (sameLine && untouched) this.#parts.statistics.typedOver(language);
				this.#onScreen = undefined;
			}
		}
		if (!this.#accepted) return;
		if (now - this.#accepted.at > REGRET_MILLISECONDS) {
			this.#accepted = undefined;
			return;
		}
		// Taken back: the line reads again as it did before. Another place that looks the same is no regret.
		const { place: origin } = this.#accepted;
		const isSameLine = origin.document === place.document && origin.line === place.line;
		if (!isSameLine || origin.before !== place.before || origin.after !== place.after) return;
		if (this.#accepted.above !== above) return;
		this.#reject(this.#accepted);
		this.#accepted = undefined;
	}

	/** Counts a word or a line of the suggestion that was taken, and follows what is left of the suggestion. */
	#notePart(document: string, changes: readonly TextChange[]): void {
		this.#words = undefined;
		const onScreen = this.#onScreen;
		if (onScreen === undefined) return;
		const part = writtenPart(onScreen, document, changes);
		if (part === undefined) return;
		if (part.how === "taken") {
			this.#words = { text: part.text, of: onScreen };
			this.#parts.statistics.tookWords(part.text, onScreen.language);
		}
		this.#onScreen = { ...onScreen, ...offerAfter(onScreen, part.text), since: this.#parts.clock.now() };
	}

	/** The document is gone; another one may have its name. */
	#discard(document: string): void {
		this.#rejections.forget(document);
		this.#recent.closed(document);
		if (this.#onScreen?.place.document === document) this.#onScreen = undefined;
		if (this.#accepted?.place.document === document) this.#accepted = undefined;
	}

	#reject({ place, above, text }: Offer): void {
		this.#rejections.add(place.document, above, place.before, text);
	}

	#isRejected({ place, above }: Request, text: string): boolean {
		return this.#rejections.has(place.document, above, place.before, text);
	}
}

function tabSizeOf(document: vscode.TextDocument): number {
	const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
	const tabSize = editor?.options.tabSize;
	return typeof tabSize === "number" ? tabSize : 4;
}
