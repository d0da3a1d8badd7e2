/**
 * The memory of a workspace and its life: it is made or read back, learns while nobody waits, is tuned to the network,
 * written now and then, and forgotten when the user says so. Calls go down only; the session reads what has changed.
 */
import { LogisticCalibration } from "../../completion/calibration.ts";
import { defaultMemoryMiB, type MemoryState, type Workspace } from "../../domain/memory.ts";
import type { Memory } from "../../model/memory/index.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";
import { countOf } from "../../platform/english.ts";
import { Failure } from "../../platform/failure.ts";
import type { Ensemble, Network } from "../ensemble.ts";
import type { DocumentLearner } from "./documentLearner.ts";
import { EnsembleTuning } from "./ensembleTuning.ts";
import { memoryLearner } from "./lines/learningTask.ts";
import { type StoredMemory, scopeOf } from "./memoryFile.ts";
import { type MemoryHost, type MemoryOutput, messageOf } from "./memoryHost.ts";
import { expectedSize, hasOutgrown, needsOtherMemory } from "./memorySize.ts";
import { type FoundMemory, MemoryStore, type WriteResult } from "./memoryStore.ts";
import { Renewal, type RenewedMemory } from "./renewal.ts";
import { StateReport } from "./stateReport.ts";
import { sampleOf, type TuningSample } from "./tuningSample.ts";
import { WorkspaceLearner } from "./workspaceLearner.ts";

/** After a memory could not be made for want of a file, it is tried again after this time, ms. */
const retryMs = 60_000;
/** When it closes, the memory is written again if another window has written in between, this many times. */
const mostWritings = 3;

export class WorkspaceMemory {
	readonly #host: MemoryHost;
	readonly #output: MemoryOutput;
	readonly #learner: WorkspaceLearner;
	readonly #tuning: EnsembleTuning;
	readonly #store: MemoryStore;
	readonly #renewal: Renewal;
	readonly #report: StateReport;
	#workspace: Workspace | null = null;
	#memory: Memory | null = null;
	#expectedBytes = 0;
	/** Characters known when the memory was made or read, and the learner's count at that time. */
	#base = { characters: 0, learned: 0 };
	/** Operations run one after the other. */
	#operations: Promise<void> = Promise.resolve();
	#isTraining = false;
	#isRemaking = false;
	#isReplacing = false;
	/** Requests to forget that are under way. */
	#forgetting = 0;
	#isClosed = false;

	constructor(host: MemoryHost, output: MemoryOutput) {
		this.#host = host;
		this.#output = output;
		const parts: MemoryHost & MemoryOutput = { ...host, ...output };
		this.#learner = new WorkspaceLearner(parts);
		this.#tuning = new EnsembleTuning(parts);
		this.#store = new MemoryStore(parts);
		this.#renewal = new Renewal(parts);
		this.#report = new StateReport(parts);
	}

	/** Null: there is none now. */
	get memory(): Memory | null {
		return this.#memory;
	}

	/** Changes whenever the memory predicts something else than before. */
	get updates(): number {
		return this.#learner.characters + this.#tuning.count;
	}

	/** Corrects what this network states together with the memory. */
	calibration(network: Network | null): LogisticCalibration {
		return this.#tuning.calibration(network);
	}

	get documents(): Pick<DocumentLearner, "open" | "changed" | "cursorAt" | "close"> {
		return this.#learner.documents;
	}

	/** What a small memory learns of the files but for one; nothing where no file is learned. */
	async others(without: string): Promise<TuningSample> {
		if (this.#workspace === null) return sampleOf([], [], defaultMemoryMiB);
		return await this.#learner.others(this.#workspace, without);
	}

	/** Learns finished lines; returns whether it has done anything. What is being written must not change. */
	learnTyped(ensemble: Ensemble, isOver: () => boolean): boolean {
		return !this.#isFixed && this.#learner.learnTyped(ensemble, isOver);
	}

	/** Learns files; returns whether it has done anything. */
	learnFiles(ensemble: Ensemble, isOver: () => boolean): boolean {
		return !this.#isFixed && this.#learner.learnFiles(ensemble, isOver);
	}

	/** Forgets, in time, what is gone; returns whether it has done anything. */
	forgetGone({ memory }: Ensemble, isOver: () => boolean): boolean {
		const workspace = this.#workspace;
		const isBusy = this.#isFixed || this.#isTraining || this.#tuning.network !== null || !this.#learner.isResting;
		if (isBusy || memory === null || memory !== this.#memory || !workspace?.index) return false;
		const known = { learned: memory.learned, present: this.#learner.records.presentBytes };
		const renewed = this.#renewal.work(known, workspace, this.#expectedBytes, isOver);
		if (typeof renewed === "boolean") return renewed;
		this.#isReplacing = true;
		this.#do(() => this.#renew(renewed, workspace).finally(() => (this.#isReplacing = false)));
		return true;
	}

	/** Tunes the ensemble if its network is new; returns whether it has done anything. */
	tune(ensemble: Ensemble, isOver: () => boolean): boolean {
		if (this.#isFixed) return false;
		if (this.#tuning.network !== null && this.#tuning.network !== ensemble.network) this.#tuning.stop();
		const workspace = this.#workspace;
		if (this.#tuning.network === null) {
			const network = this.#untuned(ensemble);
			if (network !== null && workspace !== null)
				this.#tuning.begin(network, () => this.#learner.sample(workspace, network));
			return this.#tuning.measure(ensemble.network, isOver);
		}
		const result = this.#tuning.work(isOver);
		if (typeof result === "boolean") return result;
		this.#memory?.restoreMixer(result);
		this.#store.markOld();
		return true;
	}

	/** Begins to write the memory if that is due; the disk does the rest. */
	writeIfDue(ensemble: Ensemble): boolean {
		if (!this.#isWorthWriting || this.#isFixed || this.#isClosed) return false;
		// Tuning is about to change the memory.
		const isTuned = this.#tuning.network === null && this.#untuned(ensemble) === null;
		if (!isTuned || !this.#learner.isResting || !this.#store.isDue) return false;
		void this.#write().then((result) => {
			if (result === "changed") {
				this.#isReplacing = true;
				this.#do(() => this.#rejoin().finally(() => (this.#isReplacing = false)));
			}
			// The user has made another window forget.
			if (result === "removed") this.#remake("The memory was deleted by another window and is made anew.");
		});
		return true;
	}

	/** Takes up what has happened since; to be called before and after each piece of work. */
	settle(): void {
		if (this.#learner.index.isStale && !this.#isRemaking)
			this.#remake("The memory knows text that is now left out, and is made anew.");
		this.#report.update(this.#state);
	}

	/** While a training runs, the memory is not tuned: a better network follows soon. */
	trains(isRunning: boolean): void {
		this.#isTraining = isRunning;
		if (isRunning) this.#tuning.stop();
		this.#output.wake();
	}

	/** The user is at work now. */
	used(): void {
		this.#store.used();
	}

	begin(workspace: Workspace): void {
		this.#do(() => this.#begin(workspace));
	}

	filesChanged(files: readonly string[] | null): void {
		this.#do(async () => this.#learner.index.filesChanged(files));
	}

	/** Forgets all that was learned, at once; resolves once nothing of it is on disk either. */
	forget(): Promise<void> {
		this.#forgetting++;
		this.#learner.index.stop();
		this.#learner.documents.forget();
		this.#drop();
		this.#do(() => this.#forget().finally(() => this.#forgetting--));
		return this.#operations;
	}

	/** Learns the lines that are finished, writes the memory, and stops. */
	async close(): Promise<void> {
		this.#isClosed = true;
		this.#tuning.stop();
		this.#renewal.stop();
		this.#learner.index.stop();
		if (this.#isReplacing || this.#forgetting > 0) await this.#operations;
		await this.#store.whenWritten();
		for (let writings = 0; writings < mostWritings; writings++) {
			if (this.#memory !== null) this.#learner.documents.finish(memoryLearner(this.#memory));
			if (!this.#isWorthWriting || (await this.#write()) !== "changed") return;
			// Without typed lines there is nothing that the file of the other window lacks.
			if (this.#learner.documents.unsaved.length === 0) return;
			await this.#rejoin();
		}
	}

	/** What is being written, or replaced, must not change. */
	get #isFixed(): boolean {
		return this.#store.isWriting || this.#isReplacing;
	}

	/** Replaces the memory by one that knows only what is there. */
	async #renew({ memory, records, expectedBytes, characters }: RenewedMemory, workspace: Workspace): Promise<void> {
		if (this.#memory === null || this.#workspace !== workspace || this.#forgetting > 0 || this.#isClosed) return;
		memory.restoreMixer(this.#memory.mixerState());
		await this.#learner.takeOver(records, workspace);
		if (this.#forgetting > 0) return;
		this.#use(memory, expectedBytes, characters);
		this.#output.log("debug", "The memory has forgotten text that is gone.");
		void this.#learner.index.find();
	}

	#do(operation: () => Promise<void>): void {
		this.#operations = this.#operations.then(operation).catch((error: unknown) => {
			this.#output.log("error", `The memory fails: ${messageOf(error)}`);
		});
	}

	/** @param isFresh the file on disk is not to be used */
	async #begin(workspace: Workspace, isFresh = false): Promise<void> {
		const before = this.#workspace;
		const { index } = this.#learner;
		this.#workspace = workspace;
		this.#tuning.stop();
		this.#renewal.stop();
		const isAnew = before !== null && needsOtherMemory(before, workspace);
		if (isAnew) this.#drop();
		this.#learner.begin(workspace, isAnew);
		const found = this.#memory === null && !isFresh ? await this.#read() : null;
		// Under other rules the memory may know text that is left out now; the search finds that out.
		const isTrusted = found?.stored.scope === scopeOf(workspace);
		if (found !== null) await this.#recall(found.stored);
		if (found !== null && isTrusted) this.#restore(found);
		this.#report.now(this.#state);
		let size = index.find();
		if (found !== null && !isTrusted) {
			await size;
			if (!index.isStale && !this.#restore(found)) size = index.find();
		}
		if (this.#memory === null && !index.isStale)
			await this.#create(await expectedSize(this.#host, workspace, size)).catch((error: unknown) => {
				this.#beginLater(workspace, error);
				throw error;
			});
		this.#report.now(this.#state);
		void size.then((bytes) => {
			const isOld = index.isStale || this.#forgetting > 0 || this.#workspace !== workspace;
			if (!isOld && hasOutgrown(workspace, bytes, this.#expectedBytes))
				this.#remake("The workspace has outgrown the memory, which is made anew.");
		});
	}

	/** A disk that is busy may be read later; where a memory cannot run at all, it is not tried again. */
	#beginLater(workspace: Workspace, error: unknown): void {
		if (error instanceof Failure) return;
		this.#host.after(retryMs, () => {
			if (this.#memory === null && this.#workspace === workspace) this.begin(workspace);
		});
	}

	async #forget(): Promise<void> {
		const { index, documents } = this.#learner;
		index.stop();
		await this.#store.whenWritten();
		this.#drop();
		if (this.#workspace === null) return;
		this.#workspace = { ...this.#workspace, index: false };
		const { folders, rules, storage } = this.#workspace;
		index.begin(folders, rules, false);
		if (storage !== null) await this.#store.remove(storage);
		await this.#create(leastExpectedBytes);
		documents.begin(this.#workspace);
		this.#report.now(this.#state);
	}

	/** Drops the memory at once, and then learns the workspace anew. */
	#remake(reason: string): void {
		const workspace = this.#workspace;
		if (this.#isRemaking || workspace === null) return;
		this.#isRemaking = true;
		this.#output.log("info", reason);
		this.#drop();
		this.#do(async () => {
			this.#isRemaking = false;
			if (this.#memory === null && this.#workspace === workspace) await this.#begin(workspace, true);
		});
	}

	#drop(): void {
		this.#tuning.forget();
		this.#renewal.stop();
		this.#learner.records.clear();
		this.#learner.documents.dropUnsaved();
		this.#store.mark(this.#learner.records.version);
		this.#use(null, 0, 0);
	}

	#use(memory: Memory | null, expectedBytes: number, characters: number): void {
		this.#memory = memory;
		this.#expectedBytes = expectedBytes;
		this.#base = { characters, learned: this.#learner.characters };
		this.#output.wake();
	}

	async #create(expectedBytes: number): Promise<void> {
		const { memoryMiB: mebibytes } = this.#workspace as Workspace;
		this.#use(await this.#host.createMemory({ mebibytes, expectedBytes, threads: 2 }), expectedBytes, 0);
	}

	/** The file on disk, if it can be used. */
	async #read(): Promise<FoundMemory | null> {
		const { storage, memoryMiB } = this.#workspace as Workspace;
		return storage === null ? null : this.#store.read(storage, memoryMiB);
	}

	/** Takes over the records of a stored memory. */
	async #recall({ records: stored }: StoredMemory): Promise<void> {
		const { records } = this.#learner;
		await records.replace(stored);
		this.#store.mark(records.version);
	}

	/** Uses the stored memory, whose records are known already. False if it does not fit; then nothing is known. */
	#restore(found: FoundMemory): boolean {
		const memory = this.#store.restore(found);
		if (memory === null) {
			this.#drop();
			return false;
		}
		if (this.#forgetting > 0) return true;
		this.#resume(found.stored, memory);
		this.#output.log("info", `The memory of ${countOf(this.#learner.records.files, "file")} was read.`);
		return true;
	}

	#resume({ network, calibration, expectedBytes, characters }: StoredMemory, memory: Memory): void {
		this.#tuning.recall(network, LogisticCalibration.read(calibration));
		this.#use(memory, expectedBytes, characters);
	}

	/** Another window has written the memory: continues with that one, and learns again what was typed here meanwhile. */
	async #rejoin(): Promise<void> {
		const workspace = this.#workspace;
		if (workspace === null || this.#forgetting > 0) return;
		const found = await this.#read();
		// A file that cannot be used here is replaced by the next writing.
		if (found === null || found.stored.scope !== scopeOf(workspace)) return;
		const { stored } = found;
		const memory = this.#store.restore(found);
		if (memory === null || this.#forgetting > 0 || workspace !== this.#workspace) return;
		const { index, documents } = this.#learner;
		this.#tuning.stop();
		index.begin(workspace.folders, workspace.rules, workspace.index && !this.#isClosed);
		await this.#recall(stored);
		this.#resume(stored, memory);
		documents.learnUnsaved();
		void index.find();
	}

	get #state(): MemoryState | null {
		if (this.#memory === null) return null;
		const { records, index } = this.#learner;
		const characters = this.#base.characters + this.#learner.characters - this.#base.learned;
		return { reading: !index.isResting || index.isStale, files: records.files, characters };
	}

	/** The network of the ensemble if the memory is yet to be tuned to it, and if this is the time for it. */
	#untuned({ network, memory }: Ensemble): Network | null {
		const isReady = memory !== null && memory === this.#memory && this.#forgetting === 0 && !this.#isClosed;
		if (network === null || this.#isTraining || !isReady || !this.#workspace?.index) return null;
		if (!this.#learner.index.isResting || this.#learner.index.isStale) return null;
		return this.#tuning.isDue(network) ? network : null;
	}

	get #isWorthWriting(): boolean {
		const { records, index } = this.#learner;
		const isStored = this.#memory !== null && (this.#workspace?.storage ?? null) !== null;
		return isStored && !this.#store.has(records.version) && !index.isStale;
	}

	async #write(): Promise<WriteResult> {
		const workspace = this.#workspace as Workspace;
		const { records } = this.#learner;
		const { unsaved } = this.#learner.documents;
		const stored: StoredMemory = {
			mebibytes: workspace.memoryMiB,
			expectedBytes: this.#expectedBytes,
			characters: this.#state?.characters ?? 0,
			scope: scopeOf(workspace),
			...this.#tuning.result,
			records: [...records.entries()],
			snapshot: (this.#memory as Memory).snapshot(),
		};
		const result = await this.#store.write(workspace.storage as string, stored, records.version);
		if (result === "written") this.#learner.documents.saved(unsaved);
		return result;
	}
}
