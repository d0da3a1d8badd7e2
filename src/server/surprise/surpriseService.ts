/** How unexpected open documents are to a model that knows the other files, and what it expected instead. */
import { Buffer } from "node:buffer";
import { likelyWords } from "../../completion/likelyWords.ts";
import type { ExpectedText, SurpriseAnswer } from "../../domain/surprise.ts";
import { documentHeader } from "../../model/document.ts";
import type { Context, LanguageModel } from "../../model/languageModel.ts";
import type { Memory } from "../../model/memory/index.ts";
import { standouts } from "../../model/surprise/grades.ts";
import { SurpriseReader } from "../../model/surprise/reader.ts";
import type { ServerRequest } from "../../protocol/server.ts";
import type { OpenDocument } from "../documents/openDocument.ts";
import { LearningTask, memoryLearner } from "../memory/lines/learningTask.ts";
import type { Service } from "../services/service.ts";
import { excerptAround } from "./excerpt.ts";
import type { OtherFilesMemory } from "./otherFiles.ts";

export type SurpriseRequest = Extract<ServerRequest, { type: "surprise" | "expect" }>;

/** A request, and the memory that it is answered with. */
export interface SurpriseQuestion {
	readonly request: SurpriseRequest;
	readonly others: OtherFilesMemory;
}

export type SurpriseResult =
	| { readonly type: "surprised"; readonly found: SurpriseAnswer | null }
	| { readonly type: "expected"; readonly found: readonly ExpectedText[] | null };

export interface SurpriseParts {
	network(): LanguageModel | null;
	/** Undefined if it is not open, or if its text must not be read. */
	document(id: string): OpenDocument | undefined;
	mix(network: LanguageModel | null, memory: Memory): LanguageModel;
}

/** Bytes that a network and a memory read in a millisecond or two, and predict besides. */
const readerSlice = 24;
const networkSlice = 64;
/** UTF-16 units before a place that the network reads; further text hardly changes what it expects. */
const networkUnits = 2048;
/** Words that a hover names. */
const mostExpected = 5;

export class SurpriseService implements Service<SurpriseQuestion, SurpriseResult> {
	readonly urgency = "idle";
	readonly #parts: SurpriseParts;

	constructor(parts: SurpriseParts) {
		this.#parts = parts;
	}

	/** The answer to a question about another version of the document than the present one is null. */
	*handle({ request, others }: SurpriseQuestion): Generator<undefined, SurpriseResult> {
		const isPresent = (): OpenDocument | null => {
			const document = this.#parts.document(request.document);
			return document?.version === request.version ? document : null;
		};
		if (request.type === "surprise")
			return { type: "surprised", found: yield* this.#measure(request, others, isPresent) };
		return { type: "expected", found: yield* this.#expect(request, others, isPresent) };
	}

	*#measure(
		{ line }: Extract<SurpriseRequest, { type: "surprise" }>,
		others: OtherFilesMemory,
		isPresent: () => OpenDocument | null,
	): Generator<undefined, SurpriseAnswer | null> {
		yield* others.prepare();
		const document = isPresent();
		if (document === null) return null;
		const { path, text, above } = document;
		const { from, to, before, excerpt } = excerptAround(text, line);
		const model = this.#parts.mix(this.#parts.network(), others.memory);
		const reader = new SurpriseReader(model, { path, before: from === 0 ? above : before, text: excerpt });
		// An edit ends the work.
		for (; !reader.step(readerSlice); yield) if (isPresent() === null) return null;
		const { level, words, lines } = standouts(excerpt, reader.surprise);
		const moved = <Placed extends { readonly line: number }>(placed: Placed): Placed => ({
			...placed,
			line: placed.line + from,
		});
		return { from, to, level, words: words.map(moved), lines: lines.map(moved), knowsFiles: others.knowsFiles };
	}

	*#expect(
		{ position }: Extract<SurpriseRequest, { type: "expect" }>,
		others: OtherFilesMemory,
		isPresent: () => OpenDocument | null,
	): Generator<undefined, readonly ExpectedText[] | null> {
		yield* others.prepare();
		const document = isPresent();
		if (document === null) return null;
		const { path, text, above } = document;
		const { from, before, excerpt } = excerptAround(text, position.line);
		const lines = excerpt.split("\n").slice(0, position.line - from + 1);
		const last = (lines.pop() ?? "").slice(0, position.character);
		const read = (from === 0 ? above : before) + [...lines, last].join("\n");
		const header = documentHeader(path);
		// The memory learns the text before the place as it is when the place is measured; the network need not read all of it.
		const task = new LearningTask([{ before: header, text: Buffer.from(read) }]);
		for (const learner = memoryLearner(others.memory); read !== "" && !task.isOver; yield) task.step(learner);
		others.weigh();
		const model = this.#parts.mix(this.#parts.network(), others.memory);
		let context: Context = model.read(model.start(), header);
		const bytes = Buffer.from(wholeCharacters(read.slice(-networkUnits)));
		for (let at = 0; at < bytes.length; at += networkSlice, yield)
			context = model.read(context, bytes.subarray(at, at + networkSlice));
		return yield* likelyWords(model, context, mostExpected);
	}
}

/** Without half a surrogate pair at its beginning. */
function wholeCharacters(text: string): string {
	return text.replace(/^[\udc00-\udfff]/, "");
}
