/** What a model reads and predicts, and how one of words learns its output layer. */

/** Bytes, or words and bytes. */
export const tokenSchemes = ["byte", "word"] as const;
export type TokenScheme = (typeof tokenSchemes)[number];

/**
 * How a word model learns its output layer: over the frequent words and clusters of the others (Grave et al. 2017); over all
 * words; or over samples of all (Jean et al. 2015).
 */
export const softmaxes = ["adaptive", "full", "sampled"] as const;
export type Softmax = (typeof softmaxes)[number];
