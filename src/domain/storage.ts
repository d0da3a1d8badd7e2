/** The files in which Inkling keeps what it has learned. */

/** The files in a storage folder. Everything that Inkling learns lies in these; Reset deletes them. */
export const storageFiles = {
	model: "model.safetensors",
	training: "training.safetensors",
	corpus: "corpus.json",
	curves: "curves.json",
	/** The files of the last training that found nothing more to gain, until one has more to gain; a report as `corpus`. */
	settled: "settled.json",
	memory: "memory.bin",
	perplexities: "perplexities.json",
	experience: "experience.json",
} as const;

/** Held by the process that trains, for all windows on the same folder to see. */
export const trainingLock = "training.lock";
