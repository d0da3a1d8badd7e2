/**
 * The memory of a workspace: made or read back, taught by the index of files and by what is typed, written now and then,
 * forgotten when the user says so.
 */
import { join } from "node:path";
import { type Calibration, LogisticCalibration } from "../../completion/calibration.ts";
import { locate } from "../../corpus/find.ts";
import { chooseValidation } from "../../corpus/holdout.ts";
import { type CorpusFile, collect } from "../../corpus/index.ts";
import type { CorpusFileSystem } from "../../corpus/walk.ts";
import type { MemoryState, Workspace } from "../../domain/memory.ts";
import { storageFiles } from "../../domain/storage.ts";
import { type EncodedDocument, encodeDocument } from "../../model/document.ts";
import type { AdaptiveModel, LanguageModel } from "../../model/languageModel.ts";
import type { Memory, MemoryOptions } from "../../model/memory/index.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";
import { type FileSystem, removeAtomic } from "../../platform/atomicFile.ts";
import { Failure } from "../../platform/failure.ts";
import type { IdleWork } from "../idleWork.ts";
import { DocumentLearner } from "./documentLearner.ts";
import { memoryPupil, modelPupil, type Pupil } from "./lesson.ts";
import { LineRecords } from "./lineRecords.ts";
import { readMemory, type StoredMemory, UnusableMemory, writeMemory } from "./memoryFile.ts";
import { sampleOf, Weighing, type Weights } from "./weighing.ts";
import { WorkspaceIndex } from "./workspaceIndex.ts";

export interface MemoryHost {
	createMemory(options: MemoryOptions): Promise<Memory>;
	/** Rejects with a Failure if the snapshot does not fit. */
	restoreMemory(snapshot: Uint8Array, options: MemoryOptions): Promise<Memory>;
	/** The model that weighs a memory against what a network predicts, if there is one. */
	mix(network: LanguageModel | null, memory: Memory, generation: number): AdaptiveModel;
	/** Of models of which nothing is known. */
	readonly calibration: LogisticCalibration;
	readonly fileSystem: CorpusFileSystem & FileSystem;
	/** A clock in ms. */
	now(): number;
	/** Runs `task` after this many ms; the result calls it off. */
	after(milliseconds: number, task: () => void): () => void;
}

export interface Network {
	readonly model: LanguageModel;
	/** Tells it from any other. */
	readonly name: string;
}

export interface MemoryEvents {
	/** There is something to do. */
	wake(): void;
	/** Null: there is no memory now. */
	replaced(memory: Memory | null): void;
	/** What was predicted before may be out of date. */
	learned(): void;
	state(state: MemoryState | null): void;
	log(level: "debug" | "info" | "warn" | "error", message: string): void;
	/** The model over the present memory; null if there is none. */
	model(): AdaptiveModel | null;
	/** The one that stands in that model. */
	network(): Network | null;
}

/** A memory is made for a workspace that is as large as allowed if its size is not known by then. */
const sizeKnownMs = 500;
/** A workspace that has grown so much deserves a memory that is made for it. */
const growth = 2;

/** A crash loses no more than what was typed in this time; each writing is of tens of MiB. */
const writePauseMs = 600_000;
/** Copying the memory takes tens of ms: not while the user types. */
const quietMs = 2_000;
const tellPauseMs = 250;

export class WorkspaceMemory {
	readonly #host: MemoryHost;
	readonly #events: MemoryEvents;
	readonly #records = new LineRecords();
	readonly #index: WorkspaceIndex;
	readonly #documents: DocumentLearner;
	#workspace: Workspace | null = null;
	#memory: Memory | null = null;
	#expectedBytes = 0;
	#characters = 0;
	/** Of the memory, and of the model over it. */
	#memoryPupil: Pupil | null = null;
	#modelPupil: { readonly model: AdaptiveModel; readonly pupil: Pupil } | null = null;
	/** Each of what is asked is done after the one before. */
	#operations: Promise<void> = Promise.resolve();
	/** The network that it was taught to be weighed against. */
	#taughtNetwork = "";
	/** Of the two together; null if there was nothing to find it on. */
	#calibration: LogisticCalibration | null = null;
	/** The one with which that went wrong. */
	#unweighable = "";
	#isTraining = false;
	/** Ends the weighing against a network; null: there is none. */
	#endOfWeighing: AbortController | null = null;
	/** Null until its text is read. */
	#weighing: Weighing | null = null;
	#isStale = false;
	/** Times that it is yet to forget all. */
	#forgetting = 0;
	#isClosed = false;
	#writing: Promise<void> | null = null;
	/** Of the records, when the memory was last written or read; null: something else has changed since. */
	#writtenVersion: number | null = 0;
	#writtenAt = Number.NEGATIVE_INFINITY;
	#usedAt = Number.NEGATIVE_INFINITY;
	#cancelWrite: (() => void) | null = null;
	#cancelTell: (() => void) | null = null;

	constructor(host: MemoryHost, events: MemoryEvents) {
		this.#host = host;
		this.#events = events;
		const parts = {
			records: this.#records,
			fileSystem: host.fileSystem,
			learned: (characters: number) => this.#learned(characters),
			wake: () => events.wake(),
			log: (level: "debug" | "warn", message: string) => events.log(level, message),
			now: () => host.now(),
			after: (milliseconds: number, task: () => void) => host.after(milliseconds, task),
		};
		this.#index = new WorkspaceIndex({
			...parts,
			pupil: () => this.#memoryPupil,
			carefulPupil: () => this.#pupilOfModel(),
			stale: () => this.#stale(),
			changed: () => this.#tell(),
		});
		this.#documents = new DocumentLearner({ ...parts, index: this.#index, pupil: () => this.#pupilOfModel() });
	}

	get documents(): Pick<DocumentLearner, "open" | "changed" | "cursorAt" | "close"> {
		return this.#documents;
	}

	/** Of what completes. */
	get calibration(): Calibration {
		const isOfNetwork = this.#events.network()?.name === this.#taughtNetwork;
		return (isOfNetwork ? this.#calibration : null) ?? this.#host.calibration;
	}

	/** What is to be done while nobody waits, the most urgent first. */
	get works(): readonly [typing: IdleWork, files: IdleWork, weighing: IdleWork, writing: IdleWork] {
		// What is being written must not change.
		const unlessWriting = (idle: IdleWork): IdleWork => ({ work: (isOver) => !this.#writing && idle.work(isOver) });
		const weighing = { work: (isOver: () => boolean) => this.#weigh(isOver) };
		const writing = { work: () => this.#writeIfDue() };
		return [unlessWriting(this.#documents), unlessWriting(this.#index), unlessWriting(weighing), writing];
	}

	/** The network is about to be another, or none. */
	networkChanges(): void {
		this.#endWeighing();
		this.#events.wake();
	}

	/** While a training runs, no network is worth much work. */
	trains(isRunning: boolean): void {
		this.#isTraining = isRunning;
		if (isRunning) this.#endWeighing();
		this.#events.wake();
	}

	/** Whether a file, by its absolute path, lies in a folder of the workspace. */
	isInside(file: string): boolean {
		return this.#workspace !== null && locate(this.#workspace.folders, file) !== undefined;
	}

	/** The user is at work now. */
	used(): void {
		this.#usedAt = this.#host.now();
	}

	begin(workspace: Workspace): void {
		this.#do(() => this.#begin(workspace));
	}

	filesChanged(files: readonly string[] | null): void {
		this.#do(async () => this.#index.filesChanged(files));
	}

	/** Nothing learned so far is known any more from now on; resolves once nothing of it is on disk either. */
	forget(): Promise<void> {
		this.#forgetting++;
		this.#index.stop();
		this.#documents.forget();
		this.#drop();
		this.#do(() => this.#forget().finally(() => this.#forgetting--));
		return this.#operations;
	}

	/** Keeps what is learned, and stops. */
	async close(): Promise<void> {
		this.#isClosed = true;
		this.#endWeighing();
		this.#index.stop();
		await this.#writing;
		if (this.#isWorthWriting) await this.#write();
	}

	#do(operation: () => Promise<void>): void {
		this.#operations = this.#operations.then(operation).catch((error: unknown) => {
			this.#events.log("error", `The memory fails: ${messageOf(error)}`);
		});
	}

	/** @param isFresh whatever may be on disk is of no use */
	async #begin(workspace: Workspace, isFresh = false): Promise<void> {
		const before = this.#workspace;
		this.#workspace = workspace;
		this.#isStale = false;
		this.#endWeighing();
		if (before !== null && before.memoryMiB !== workspace.memoryMiB) this.#drop();
		this.#index.begin(workspace.folders, workspace.rules, workspace.index);
		this.#documents.begin({ hasFolders: workspace.folders.length > 0, maxFileKiB: workspace.rules.maxFileKiB });
		const stored = this.#memory === null && !isFresh ? await this.#read() : null;
		// Under other rules some of it may not be known any more, which is found out first.
		const isTrusted = stored?.scope === scopeOf(workspace);
		if (stored !== null && isTrusted) await this.#restore(stored);
		this.#tell();
		let size = this.#index.find();
		if (stored !== null && !isTrusted) {
			await size;
			if (!this.#isStale && !(await this.#restore(stored))) size = this.#index.find();
		}
		if (this.#memory === null && !this.#isStale) await this.#create(await this.#sizeInTime(size));
		this.#tell();
		void size.then((bytes) => {
			const isOld = this.#isStale || this.#forgetting > 0 || this.#workspace !== workspace;
			if (!isOld && this.#atMost(bytes) > growth * this.#expectedBytes) this.#stale();
		});
	}

	#atMost(bytes: number): number {
		return Math.min(bytes, (this.#workspace as Workspace).rules.maxTotalMiB * 2 ** 20);
	}

	/** The size of all text, or the most that it may be where finding that out takes long. */
	async #sizeInTime(size: Promise<number>): Promise<number> {
		if (!this.#workspace?.index) return leastExpectedBytes;
		let cancel: () => void = () => {};
		const late = new Promise<number>((resolve) => {
			cancel = this.#host.after(sizeKnownMs, () => resolve(Number.POSITIVE_INFINITY));
		});
		const bytes = await Promise.race([size, late]);
		cancel();
		return Math.max(leastExpectedBytes, this.#atMost(bytes));
	}

	async #forget(): Promise<void> {
		this.#index.stop();
		await this.#writing;
		this.#drop();
		const { storage } = this.#workspace ?? { storage: null };
		if (this.#workspace === null) return;
		this.#isStale = false;
		this.#workspace = { ...this.#workspace, index: false };
		const { folders, rules } = this.#workspace;
		this.#index.begin(folders, rules, false);
		if (storage !== null)
			await removeAtomic(join(storage, storageFiles.memory), this.#host.fileSystem).catch((error: unknown) =>
				this.#events.log("warn", `The memory on disk cannot be deleted: ${messageOf(error)}`),
			);
		await this.#create(leastExpectedBytes);
		this.#documents.begin({ hasFolders: folders.length > 0, maxFileKiB: rules.maxFileKiB });
		this.#tell();
	}

	/** Something is known that must not be: all is learned anew, but for that. */
	#stale(): void {
		if (this.#isStale) return;
		this.#isStale = true;
		this.#events.log("info", "The memory is out of date and is made anew.");
		this.#drop();
		const workspace = this.#workspace;
		if (workspace !== null)
			this.#do(async () => {
				if (this.#isStale && this.#workspace === workspace) await this.#begin(workspace, true);
			});
	}

	/** There is no memory, and nothing is known of what was learned. */
	#drop(): void {
		this.#endWeighing();
		this.#taughtNetwork = "";
		this.#calibration = null;
		this.#records.clear();
		this.#writtenVersion = this.#records.version;
		this.#characters = 0;
		this.#use(null, 0);
	}

	#use(memory: Memory | null, expectedBytes: number): void {
		this.#memory = memory;
		this.#expectedBytes = expectedBytes;
		this.#memoryPupil = memory && memoryPupil(memory);
		this.#events.replaced(memory);
		this.#events.wake();
	}

	async #create(expectedBytes: number): Promise<void> {
		const { memoryMiB: mebibytes } = this.#workspace as Workspace;
		this.#use(await this.#host.createMemory({ mebibytes, expectedBytes }), expectedBytes);
	}

	/** What is on disk, if it can be used; its records are then known. */
	async #read(): Promise<StoredMemory | null> {
		const { storage, memoryMiB } = this.#workspace as Workspace;
		if (storage === null) return null;
		try {
			const stored = await readMemory(join(storage, storageFiles.memory), this.#host.fileSystem);
			if (stored === null) return null;
			if (stored.mebibytes !== memoryMiB) throw new UnusableMemory("it was made for another size");
			for (const [key, record] of stored.records) this.#records.set(key, record);
			this.#writtenVersion = this.#records.version;
			return stored;
		} catch (error) {
			this.#unusable(error);
			return null;
		}
	}

	/** False if it cannot be used; then nothing is known. */
	async #restore(stored: StoredMemory): Promise<boolean> {
		const { snapshot, mebibytes, expectedBytes, characters, network, calibration } = stored;
		try {
			const memory = await this.#host.restoreMemory(snapshot, { mebibytes, expectedBytes });
			if (this.#forgetting > 0) return true;
			this.#characters = characters;
			this.#taughtNetwork = network;
			this.#calibration = LogisticCalibration.read(calibration);
			this.#use(memory, expectedBytes);
			this.#events.log("info", `The memory of ${this.#records.files} files was read.`);
			return true;
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			this.#drop();
			this.#unusable(error);
			return false;
		}
	}

	#unusable(error: unknown): void {
		this.#events.log("warn", `The memory on disk is not used, and is made anew: ${messageOf(error)}`);
	}

	#pupilOfModel(): Pupil | null {
		const model = this.#events.model();
		if (model === null || this.#memory === null) return null;
		if (this.#modelPupil?.model !== model) this.#modelPupil = { model, pupil: modelPupil(model) };
		return this.#modelPupil.pupil;
	}

	#learned(characters: number): void {
		this.#characters += characters;
		this.#events.learned();
		this.#cancelTell ??= this.#host.after(tellPauseMs, () => this.#tell());
	}

	#tell(): void {
		this.#cancelTell?.();
		this.#cancelTell = null;
		const { files } = this.#records;
		const reading = !this.#index.isResting || this.#isStale;
		this.#events.state(this.#memory && { reading, files, characters: this.#characters });
	}

	/** The network that the memory is yet to be weighed against, if this is the time for it. */
	get #unweighedNetwork(): Network | null {
		const network = this.#events.network();
		if (network === null || this.#isTraining) return null;
		if (network.name === this.#taughtNetwork || network.name === this.#unweighable) return null;
		const isReady = this.#memory !== null && !this.#isStale && this.#forgetting === 0 && !this.#isClosed;
		return isReady && this.#workspace?.index && this.#index.isResting ? network : null;
	}

	#weigh(isOver: () => boolean): boolean {
		if (this.#weighing !== null) {
			try {
				return this.#weighing.work(isOver);
			} catch (error) {
				this.#weighingFailed(error);
				return false;
			}
		}
		const network = this.#unweighedNetwork;
		if (network === null || this.#endOfWeighing !== null) return false;
		const end = new AbortController();
		this.#endOfWeighing = end;
		this.#beginWeighing(network, end.signal).catch((error: unknown) => {
			if (!end.signal.aborted) this.#weighingFailed(error);
		});
		return false;
	}

	async #beginWeighing(network: Network, signal: AbortSignal): Promise<void> {
		const { folders, rules, memoryMiB } = this.#workspace as Workspace;
		const { files } = await collect(folders, rules, signal, undefined, this.#host.fileSystem);
		const { training, validation } = chooseValidation(files);
		const sample = sampleOf(encoded(training.toReversed()), [...encoded(validation)], memoryMiB);
		const memory = await this.#host.createMemory(sample);
		if (signal.aborted) return;
		const model = this.#host.mix(network.model, memory, 0);
		this.#weighing = new Weighing(sample, memory, model, this.#host.calibration, (weights) =>
			this.#weighed(weights, network.name),
		);
		this.#events.wake();
	}

	#endWeighing(): void {
		this.#endOfWeighing?.abort();
		this.#endOfWeighing = null;
		this.#weighing = null;
	}

	/** Things are left as they are. */
	#weighingFailed(error: unknown): void {
		this.#endWeighing();
		this.#unweighable = this.#events.network()?.name ?? "";
		this.#events.log("warn", `The memory cannot be weighed against the model: ${messageOf(error)}`);
	}

	#weighed({ mixer, calibration }: Weights, network: string): void {
		this.#endWeighing();
		this.#memory?.restoreMixer(mixer);
		this.#taughtNetwork = network;
		this.#calibration = calibration;
		this.#writtenVersion = null;
		this.#writtenAt = Number.NEGATIVE_INFINITY;
		this.#events.learned();
		this.#events.log("debug", "The memory is weighed against the model.");
		this.#events.wake();
	}

	get #isWorthWriting(): boolean {
		return (
			this.#memory !== null &&
			(this.#workspace?.storage ?? null) !== null &&
			this.#records.version !== this.#writtenVersion &&
			!this.#isStale
		);
	}

	/** Only begins it: the rest is the disk's work. */
	#writeIfDue(): boolean {
		if (!this.#isWorthWriting || this.#writing || this.#isClosed) return false;
		// It is about to be weighed anew.
		if (!this.#index.isResting || !this.#documents.isResting || this.#endOfWeighing || this.#unweighedNetwork)
			return false;
		const due = Math.max(this.#writtenAt + writePauseMs, this.#usedAt + quietMs);
		const now = this.#host.now();
		if (now < due) {
			this.#cancelWrite ??= this.#host.after(due - now, () => {
				this.#cancelWrite = null;
				this.#events.wake();
			});
			return false;
		}
		void this.#write();
		return true;
	}

	#write(): Promise<void> {
		const workspace = this.#workspace as Workspace;
		const version = this.#records.version;
		const begun = this.#host.now();
		const stored: StoredMemory = {
			mebibytes: workspace.memoryMiB,
			expectedBytes: this.#expectedBytes,
			characters: this.#characters,
			scope: scopeOf(workspace),
			network: this.#taughtNetwork,
			calibration: this.#calibration,
			records: [...this.#records.entries()],
			snapshot: (this.#memory as Memory).snapshot(),
		};
		const file = join(workspace.storage as string, storageFiles.memory);
		this.#writing = writeMemory(file, stored, this.#host.fileSystem)
			.then(
				() => {
					this.#writtenVersion = version;
					this.#events.log("debug", `The memory was written in ${Math.round(this.#host.now() - begun)} ms.`);
				},
				(error: unknown) => this.#events.log("warn", `The memory cannot be written: ${messageOf(error)}`),
			)
			.finally(() => {
				this.#writing = null;
				this.#writtenAt = this.#host.now();
				this.#events.wake();
			});
		return this.#writing;
	}
}

/** One after the other, as they are asked for. */
function* encoded(files: readonly CorpusFile[]): Generator<EncodedDocument> {
	for (const { path, text } of files) yield encodeDocument(path, text);
}

/** Names what may be learned, as far as settings say it. */
function scopeOf({ folders, rules }: Workspace): string {
	return JSON.stringify([folders, rules]);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
