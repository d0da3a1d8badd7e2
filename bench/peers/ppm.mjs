/*
 * @willwade/ppmpredictor: prediction by partial matching, in JavaScript. Arguments: a text to learn, one to predict, order.
 * Prints the bits that the second takes, each character predicted and then learned. Texts are in UTF-8.
 */
import { readFileSync } from "node:fs";

const [learned, predicted, order] = process.argv.slice(2);
const library = await Promise.all(
	["ppm_language_model.js", "vocabulary.js"].map((file) => import(`@willwade/ppmpredictor/src/${file}`)),
).catch(() => process.exit(3));
const [{ PPMLanguageModel }, { Vocabulary }] = library;

const texts = [learned, predicted].map((file) => [...readFileSync(file, "utf8")]);
const vocabulary = new Vocabulary();
// It cannot learn symbols later on, so it is told those of both texts.
const [before, after] = texts.map((text) => text.map((character) => vocabulary.addSymbol(character)));
const model = new PPMLanguageModel(vocabulary, Number(order));
const context = model.createContext();
for (const symbol of before) model.addSymbolAndUpdate(context, symbol);
let bits = 0;
for (const symbol of after) {
	bits -= Math.log2(model.getProbs(context)[symbol]);
	model.addSymbolAndUpdate(context, symbol);
}
process.stdout.write(JSON.stringify({ bits }));
