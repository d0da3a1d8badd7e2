/** Runs after training.test.ts: it leaves nothing learned behind. */
import { testLstm } from "./lstm.ts";

describe("An LSTM that Inkling's own engine trains", () => testLstm(() => ({ engine: "inkling" })));
