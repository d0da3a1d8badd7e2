/** Learns a workspace: its files, and what is typed in its documents. */
import { join } from "node:path";
import { modelPath } from "../../corpus/content/notebook.ts";
import { readText } from "../../corpus/content/read.ts";
import { locate } from "../../corpus/find.ts";
import type { UsedFiles } from "../../corpus/holdout.ts";
import type { Workspace } from "../../domain/memory.ts";
import { storageFiles } from "../../domain/storage.ts";
import { type EncodedDocument, encodeDocument } from "../../model/document.ts";
import { readUsedFiles } from "../../protocol/corpusReport.ts";
import type { Ensemble, Network } from "../ensemble.ts";
import { DocumentLearner } from "./documentLearner.ts";
import { memoryLearner, mixtureLearner } from "./lines/learningTask.ts";
import { LineRecords } from "./lines/lineRecords.ts";
import { mostBytes as mostSampleBytes, readSample, sampleOf, type TuningSample } from "./tuningSample.ts";
import { type LearnerHost, WorkspaceIndex } from "./workspaceIndex.ts";

export class WorkspaceLearner {
	readonly records = new LineRecords();
	readonly index: WorkspaceIndex;
	readonly documents: DocumentLearner;
	readonly #host: LearnerHost;

	constructor(host: LearnerHost) {
		this.#host = host;
		this.index = new WorkspaceIndex(this.records, host);
		this.documents = new DocumentLearner(this.records, this.index, host);
	}

	/** Characters learned so far. */
	get characters(): number {
		return this.index.characters + this.documents.characters;
	}

	/** Nothing is waiting to be learned. */
	get isResting(): boolean {
		return this.index.isResting && this.documents.isResting;
	}

	/** @param isAnew nothing is known any more, nor of what was typed in the open documents */
	begin(workspace: Workspace, isAnew: boolean): void {
		this.index.begin(workspace.folders, workspace.rules, workspace.index);
		this.documents.begin(workspace);
		if (isAnew) this.documents.relearn();
	}

	/** Continues with another memory, which has learned the files as these records say. */
	async takeOver(records: LineRecords, { folders, rules, index }: Workspace): Promise<void> {
		this.index.begin(folders, rules, index);
		await this.records.replace([...records.entries()]);
		this.documents.relearn();
	}

	learnTyped({ memory, model }: Ensemble, isOver: () => boolean): boolean {
		if (memory === null || model === null || this.index.isStale) return false;
		return this.documents.work(mixtureLearner(model), isOver);
	}

	learnFiles({ memory, model }: Ensemble, isOver: () => boolean): boolean {
		const learners = { memory: memory && memoryLearner(memory), mixture: model && mixtureLearner(model) };
		return this.index.work(learners, isOver);
	}

	/** Reads the text that an ensemble with this network is tuned on. */
	async sample(workspace: Workspace, network: Network): Promise<TuningSample> {
		const { folders, rules, memoryMiB } = workspace;
		const files = this.records.learnedFiles().flatMap(([absolutePath, { bytes }]) => {
			const place = locate(folders, absolutePath);
			return place === undefined ? [] : [{ path: place.prefix + place.path, absolutePath, length: bytes }];
		});
		const used = network.isBase ? null : await this.#used(workspace.storage);
		return readSample(files, used, memoryMiB, async ({ path, absolutePath }) => {
			const result = await readText(absolutePath, rules.maxFileKiB * 1024, this.#host.fileSystem);
			return "reason" in result ? null : { name: modelPath(path, result.language), text: result.text };
		});
	}

	/** Text of the files that are learned from, the latest edited; of one file, by its absolute path, nothing. */
	async others({ folders, rules, memoryMiB }: Workspace, without: string): Promise<TuningSample> {
		const texts: EncodedDocument[] = [];
		let bytes = 0;
		for (const [absolutePath] of this.records.learnedFiles().toReversed()) {
			const place = absolutePath === without ? undefined : locate(folders, absolutePath);
			if (place === undefined) continue;
			if (bytes > mostSampleBytes) break;
			const result = await readText(absolutePath, rules.maxFileKiB * 1024, this.#host.fileSystem);
			if ("reason" in result) continue;
			const document = encodeDocument(modelPath(place.prefix + place.path, result.language), result.text);
			texts.push(document);
			bytes += document.bytes.length;
		}
		return sampleOf(texts, [], memoryMiB);
	}

	/** The files that the last training used; null if it left no report. */
	async #used(storage: string | null): Promise<UsedFiles | null> {
		if (storage === null) return null;
		try {
			return readUsedFiles(await this.#host.fileSystem.readFile(join(storage, storageFiles.corpus), "utf8"));
		} catch {
			return null;
		}
	}
}
