/** The files in which Inkling keeps what it has learned. */

/** The files in a storage folder. Everything that Inkling learns lies in these; Reset deletes them. */
export const storageFiles = {
	model: "model.safetensors",
	training: "training.safetensors",
	corpus: "corpus.json",
	curves: "curves.json",
	memory: "memory.bin",
	perplexities: "perplexities.json",
	experience: "experience.json",
} as const;
