import assert from "node:assert/strict";
import { cellName, cells, nameWithArticle } from "../../../src/domain/cells.ts";

describe("the names of cells", () => {
	it("are what people write, each with its article", () => {
		assert.deepEqual(cells.map(nameWithArticle), ["a GRU", "an LSTM", "an RNN (tanh)", "an RNN (ReLU)"]);
	});

	it("leave a cell that is not known its own name", () => {
		assert.deepEqual(["transformer", "toString"].map(cellName), ["transformer", "toString"]);
	});
});
