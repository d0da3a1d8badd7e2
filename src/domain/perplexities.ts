/** How well the models predict each file that was held out. */

export interface FilePerplexity {
	/** Relative to the workspace folder, with "/"; the folder's name in front if there are several. */
	readonly path: string;
	/** Measured. */
	readonly characters: number;
	/** Bits per character by the network, which learns nothing while it predicts. */
	readonly network: number;
	/** By the memory, which learns each character once it is predicted, as it does while a user types. */
	readonly memory: number;
	/** By both together, in the same way. */
	readonly mixture: number;
}

/** What was measured with one model. */
export interface Measurement {
	/** Names the model: when it was trained. */
	readonly trainedAt: string;
	readonly files: readonly FilePerplexity[];
}

/** With the present model, and with the one before it. */
export interface Measurements {
	readonly now: Measurement;
	readonly before: Measurement | null;
}
