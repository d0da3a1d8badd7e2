/** Keeps the learning curves of a workspace's trainings on disk, beside the model. */
import { readFile } from "node:fs/promises";
import type { TrainingCurve } from "../../domain/curve.ts";
import type { TrainingEnd, TrainingProgress } from "../../domain/training.ts";
import { type FileSystem, writeAtomically } from "../../platform/atomicFile.ts";
import { curvesJson, readCurves } from "../../protocol/curves.ts";
import { CurveRecorder } from "./recorder.ts";

/** With `mostPoints` each, they take some hundred kilobytes. */
export const mostCurves = 12;

export interface CurveFileParts {
	readonly file: string;
	/** Called with the curve whenever it has a new point. */
	changed(curve: TrainingCurve): void;
	log(level: "warn", message: string): void;
	readonly fileSystem?: FileSystem | undefined;
}

export class CurveFile {
	readonly #parts: CurveFileParts;
	/** Of earlier trainings, the oldest first. */
	readonly #earlier: readonly TrainingCurve[];
	readonly #recorder: CurveRecorder;
	#isBroken = false;

	private constructor(parts: CurveFileParts, earlier: readonly TrainingCurve[], recorder: CurveRecorder) {
		this.#parts = parts;
		this.#earlier = earlier;
		this.#recorder = recorder;
	}

	/**
	 * Reads the curves of earlier trainings and begins another. A file that cannot be read counts as empty.
	 *
	 * @param isContinued the training continues the last one, which was stopped or cut short
	 */
	static async begin(parts: CurveFileParts, isContinued: boolean, now = new Date()): Promise<CurveFile> {
		const curves = readCurves(await readFile(parts.file, "utf8").catch(() => ""));
		const last = curves.at(-1);
		const isLast = isContinued && last !== undefined && (last.end === null || last.end === "stopped");
		const recorder = new CurveRecorder(now.toISOString(), isLast ? last : undefined);
		return new CurveFile(parts, isLast ? curves.slice(0, -1) : curves, recorder);
	}

	add(progress: TrainingProgress): void {
		if (this.#recorder.add(progress)) this.#parts.changed(this.#recorder.curve);
	}

	/** Writes all curves. A curve that cannot be written is no reason to end a training: the log says so, once. */
	async write(): Promise<void> {
		if (this.#isBroken || this.#recorder.isEmpty) return;
		const curves = [...this.#earlier, this.#recorder.curve].slice(-mostCurves);
		try {
			await writeAtomically(this.#parts.file, [Buffer.from(curvesJson(curves))], this.#parts.fileSystem);
		} catch (error) {
			this.#isBroken = true;
			const reason = error instanceof Error ? error.message : String(error);
			this.#parts.log("warn", `The learning curve cannot be kept: ${reason}`);
		}
	}

	async end(end: TrainingEnd): Promise<void> {
		this.#recorder.end(end);
		if (!this.#recorder.isEmpty) this.#parts.changed(this.#recorder.curve);
		await this.write();
	}
}
